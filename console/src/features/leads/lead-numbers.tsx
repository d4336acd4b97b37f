import { RiseOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Segmented } from "antd";
import { useState } from "react";
import { countedLeadsQuery, leadNumbersQuery } from "@/api/leads";
import type { LeadNumbersRow } from "@/api/types";
import { CountedPeople } from "@/shared/customers/counted-people";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTexts } from "@/shared/i18n/texts";
import { DataTable, type Column } from "@/shared/ui/data-table";
import { EmptyState } from "@/shared/ui/empty-state";
import { ErrorState } from "@/shared/ui/error-state";
import { Panel } from "@/shared/ui/panel";
import { leadsTexts } from "./leads-texts";
import styles from "./leads.module.css";

const SPANS = [30, 90, 365] as const;
const SHOWN = ["opened", "followed_up", "won", "lost", "recycled"] as const;

/** What became of leads, by member of the staff or by source. */
export function LeadNumbers() {
  const t = useTexts(leadsTexts);
  const n = useNumberFormat();
  const [by, setBy] = useState<"staff" | "source">("staff");
  const [days, setDays] = useState<number>(30);
  const { data, error, refetch } = useQuery(leadNumbersQuery(by, days));
  const lineOf = (row: LeadNumbersRow) => (by === "staff" ? row.staff || t.nobody : row.source);
  const titleOf = (key: (typeof SHOWN)[number]) =>
    key === "followed_up" ? t.numberColumns.followedUp : t.numberColumns[key];
  const columns: Column<LeadNumbersRow>[] = [
    {
      key: "who",
      title: by === "staff" ? t.numberColumns.staff : t.numberColumns.source,
      cell: lineOf,
    },
    ...SHOWN.map((key): Column<LeadNumbersRow> => ({
      key,
      title: titleOf(key),
      align: "end",
      ...(key === "lost" || key === "recycled" ? { from: "medium" as const } : {}),
      cell: (row) => {
        const said = n.whole(row[key]);
        const title = `${lineOf(row)} · ${titleOf(key)}`;
        const whose = by === "staff" ? { staff_id: row.staff_id } : { source: row.source };
        return (
          <span className="num">
            <CountedPeople count={row[key]} title={title} query={countedLeadsQuery(key, whose, days)}>
              {said}
            </CountedPeople>
          </span>
        );
      },
    })),
    {
      key: "share",
      title: t.numberColumns.share,
      align: "end",
      cell: (row) => <span className="num">{row.opened ? n.share(row.won / row.opened) : "—"}</span>,
    },
  ];
  return (
    <Panel
      flush
      title={t.numbersTitle}
      note={t.numbersNote}
      extra={
        <span className={styles.filters}>
          <Segmented
            size="small"
            aria-label={t.by}
            value={by}
            options={[
              { value: "staff", label: t.byStaff },
              { value: "source", label: t.bySource },
            ]}
            onChange={setBy}
          />
          <Segmented
            size="small"
            aria-label={t.numbersTitle}
            value={days}
            options={SPANS.map((value) => ({ value, label: t.days(value) }))}
            onChange={setDays}
          />
        </span>
      }
    >
      {error && !data ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : data?.rows.length === 0 ? (
        <EmptyState icon={<RiseOutlined aria-hidden />} title={t.noNumbers} />
      ) : (
        <DataTable
          label={t.numbersTitle}
          columns={columns}
          rows={data?.rows}
          rowKey={(row) => `${row.staff_id ?? ""}:${row.source}`}
          skeletonRows={3}
        />
      )}
    </Panel>
  );
}
