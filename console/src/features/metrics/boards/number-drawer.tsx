import { Drawer } from "antd";
import { metricSource } from "@/api/sources";
import type { BoardColumn, MetricBoard, MetricBoardRow } from "@/api/types";
import { useLanguage } from "@/shared/i18n/language-context";
import { useNamed } from "@/shared/ui/picker";
import { SkeletonLines } from "@/shared/ui/skeleton";
import { Leads } from "../made-of";

/** A number of the board that was clicked; of all together where there is no row. */
export interface OpenedNumber {
  column: BoardColumn;
  row: MetricBoardRow | null;
  name: string;
}

interface NumberDrawerProps {
  board: MetricBoard;
  opened: OpenedNumber | null;
  onClose: () => void;
}

/** Where a number of the last period that is over leads. */
export function NumberDrawer({ board, opened, onClose }: NumberDrawerProps) {
  const { language } = useLanguage();
  const metric = useNamed(metricSource, opened ? [opened.column.metric_id] : []).get(
    opened?.column.metric_id ?? 0,
  );
  return (
    <Drawer
      open={opened !== null}
      size={520}
      title={opened && `${opened.column[language]} · ${opened.name}`}
      onClose={onClose}
      destroyOnHidden
    >
      {!opened || !metric ? (
        <SkeletonLines lines={3} />
      ) : (
        <Leads
          metric={metric}
          number={{
            grain: board.grain,
            since: board.days.at(-2) ?? "",
            breakdown: board.breakdown,
            group: opened.row?.group.key ?? null,
            groupName: opened.row ? opened.name : null,
          }}
        />
      )}
    </Drawer>
  );
}
