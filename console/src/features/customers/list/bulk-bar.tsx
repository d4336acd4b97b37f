import { Button } from "antd";
import { useState } from "react";
import { useNavigate } from "react-router";
import type { CustomersMeant } from "@/api/types";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTexts } from "@/shared/i18n/texts";
import { rights, type Right } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { BulkDialog } from "./bulk-dialog";
import type { DeedKind } from "./deed-fields";
import { ListExportDialog, MakeSegmentDialog } from "./file-dialogs";
import { listTexts } from "./list-texts";
import type { Selection } from "./use-selection";
import styles from "./list.module.css";

type Action = DeedKind | "send" | "segment" | "export";

/** What can be done, in the order of use, and the rights that each takes. */
const ACTIONS: readonly (readonly [Action, readonly Right[]])[] = [
  ["tag", [rights.applyTags]],
  ["untag", [rights.applyTags]],
  ["journey", [rights.enterJourneys]],
  ["send", [rights.writeSends, rights.writeSegments, rights.publishSegments]],
  ["task", [rights.assignTasks]],
  ["lead", [rights.assignLeads]],
  ["custody", [rights.assignCustomers, rights.readCompany]],
  ["segment", [rights.writeSegments]],
  ["export", [rights.exportSegments]],
];

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
  const may = useMay();
  const [doing, setDoing] = useState<Action | null>(null);
  const navigate = useNavigate();
  const close = () => setDoing(null);
  const { meant, size, isAll } = selection;
  const begin = (action: Action) => {
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
        {ACTIONS.filter(([, needed]) => needed.every(may)).map(([action]) => (
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
