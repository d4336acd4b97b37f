import { Button } from "antd";
import { useState } from "react";
import { useNavigate } from "react-router";
import type { CustomersMeant } from "@/api/types";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTexts } from "@/shared/i18n/texts";
import { BulkDialog } from "./bulk-dialog";
import { useBulkActions, type BulkAction } from "./bulk-actions";
import { ListExportDialog, MakeSegmentDialog } from "./file-dialogs";
import { listTexts } from "./list-texts";
import type { Selection } from "./use-selection";
import styles from "./list.module.css";

interface BulkBarProps {
  selection: Selection;
  total: number | null | undefined;
  /** Whether more match than are ticked. */
  hasMore: boolean;
  columns: readonly string[];
}

/** The segment that is all that a filter tells. */
function wholeSegment({ customer_ids: ids, filter }: CustomersMeant): number | null {
  const isWhole = !ids && filter.q.trim() === "" && !filter.condition;
  return isWhole ? (filter.segment_id ?? null) : null;
}

/** Over the list, once somebody is chosen: who it is about, and what can be done with them. */
export function BulkBar({ selection, total, hasMore, columns }: BulkBarProps) {
  const t = useTexts(listTexts);
  const n = useNumberFormat();
  const actions = useBulkActions();
  const [doing, setDoing] = useState<BulkAction | null>(null);
  const navigate = useNavigate();
  const close = () => setDoing(null);
  const { meant, size, isAll } = selection;
  const begin = (action: BulkAction) => {
    const segment = action === "send" ? wholeSegment(meant) : null;
    if (segment === null) setDoing(action);
    else void navigate(`/sends/new?segment=${segment}`);
  };
  return (
    <div className={styles.bar} role="region" aria-label={t.bulks}>
      <strong className="num">
        {size === null ? t.chosenEverybody : isAll ? t.chosenAll(n.whole(size)) : t.chosen(n.whole(size))}
      </strong>
      {!isAll && hasMore && (
        <Button type="link" size="small" onClick={selection.all}>
          {total == null ? t.chooseEverybody : t.chooseAll(n.whole(total))}
        </Button>
      )}
      <Button type="link" size="small" onClick={selection.none}>
        {t.unselect}
      </Button>
      <span className={styles.actions}>
        {actions.map((action) => (
          <Button key={action} size="small" onClick={() => begin(action)}>
            {t.actions[action]}
          </Button>
        ))}
      </span>
      {doing === "export" ? (
        <ListExportDialog meant={meant} size={size} columns={columns} onClose={close} />
      ) : doing === "segment" || doing === "send" ? (
        <MakeSegmentDialog meant={meant} size={size} isForSend={doing === "send"} onClose={close} />
      ) : (
        doing && <BulkDialog kind={doing} meant={meant} onClose={close} />
      )}
    </div>
  );
}
