import { Alert } from "antd";
import type { ContactGiver, InheritanceOutline } from "@/api/types";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTexts } from "@/shared/i18n/texts";
import { DataTable, type Column } from "@/shared/ui/data-table";
import { errorTexts, explain } from "@/shared/ui/error-texts";
import { Panel } from "@/shared/ui/panel";
import { inheritanceTexts } from "./inheritance-texts";
import styles from "./inheritance.module.css";

type Share = InheritanceOutline["takers"][number];

interface OutlinePanelProps {
  outline: InheritanceOutline | undefined;
  error: Error | null;
  members: readonly ContactGiver[];
  stale: boolean;
}

/** What would come of it: how many, who cannot and why, what each gets. */
export function OutlinePanel({ outline, error, members, stale }: OutlinePanelProps) {
  const t = useTexts(inheritanceTexts);
  const e = useTexts(errorTexts);
  const n = useNumberFormat();
  if (error)
    return (
      <Panel title={t.preview}>
        <Alert type="error" showIcon title={explain(error, e)} />
      </Panel>
    );
  if (!outline)
    return (
      <Panel title={t.preview}>
        <p className={styles.quiet}>{t.previewEmpty}</p>
      </Panel>
    );
  const names = new Map(members.map((each) => [each.member_id, each.name]));
  const cannot = outline.chosen - outline.customers;
  const reasons = (["in_progress", "limited", "no_taker"] as const).filter((each) => outline.obstacles[each]);
  const columns: Column<Share>[] = [
    { key: "taker", title: t.taker, cell: (row) => names.get(row.member_id) ?? "—" },
    { key: "now", title: t.now, align: "end", from: "medium", cell: (row) => n.whole(row.customers_now) },
    { key: "gets", title: t.gets, align: "end", cell: (row) => `+${n.whole(row.customers)}` },
    { key: "groups", title: t.getsGroups, align: "end", cell: (row) => n.whole(row.groups) },
  ];
  return (
    <Panel title={t.preview} note={t.waits}>
      <dl className={styles.facts}>
        <div>
          <dt>{t.chosen}</dt>
          <dd className="num">{n.whole(outline.chosen)}</dd>
        </div>
        <div>
          <dt>{t.can}</dt>
          <dd className="num">{n.whole(outline.customers)}</dd>
        </div>
        <div>
          <dt>{t.cannot}</dt>
          <dd className="num">{n.whole(cannot)}</dd>
        </div>
        <div>
          <dt>{t.groupsCan}</dt>
          <dd className="num">{n.whole(outline.groups)}</dd>
        </div>
      </dl>
      {reasons.length > 0 && (
        <ul className={styles.reasons}>
          {reasons.map((each) => (
            <li key={each}>
              {t.obstacles[each]} · {n.whole(outline.obstacles[each] ?? 0)}
            </li>
          ))}
        </ul>
      )}
      {outline.days > 1 && <p className={styles.quiet}>{t.days(outline.days)}</p>}
      <div className={styles.tables}>
        <DataTable
          label={t.preview}
          columns={columns}
          rows={outline.takers}
          rowKey={(row) => row.member_id}
          stale={stale}
        />
      </div>
    </Panel>
  );
}
