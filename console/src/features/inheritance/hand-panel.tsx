import { useInfiniteQuery } from "@tanstack/react-query";
import { Select } from "antd";
import { ownCustomersQuery } from "@/api/inheritances";
import type { ContactGiver, OwnCustomer } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { DataTable, type Column } from "@/shared/ui/data-table";
import { ErrorState } from "@/shared/ui/error-state";
import { LoadMore } from "@/shared/ui/load-more";
import { Panel } from "@/shared/ui/panel";
import { When } from "@/shared/ui/when";
import type { Held } from "./wish";
import { inheritanceTexts } from "./inheritance-texts";
import styles from "./inheritance.module.css";

interface HandPanelProps {
  giver: ContactGiver;
  takers: readonly ContactGiver[];
  held: Held;
  onChange: (changes: Partial<Held>) => void;
}

/** To whom each customer goes, one by one. */
export function HandPanel({ giver, takers: people, held, onChange }: HandPanelProps) {
  const t = useTexts(inheritanceTexts);
  const list = useInfiniteQuery(ownCustomersQuery(giver.member_id));
  const rows = list.data?.pages.flatMap((page) => page.rows);
  const takers = people.map((each) => ({ value: each.member_id, label: each.name }));
  const give = (customerId: number, takerId: number) => {
    const others = Object.entries(held.byHand).filter(([each]) => Number(each) !== customerId);
    onChange({
      byHand: Object.fromEntries(takerId ? [...others, [String(customerId), takerId]] : others),
    });
  };
  const nameOf = (row: OwnCustomer) => row.name || t.anonymous(String(row.customer_id));
  const columns: Column<OwnCustomer>[] = [
    { key: "name", title: t.which, cell: nameOf },
    { key: "added", title: t.added, from: "medium", cell: (row) => <When at={row.added_at} /> },
    {
      key: "to",
      title: t.to,
      align: "end",
      cell: (row) =>
        row.is_under_way ? (
          <span className={styles.quiet}>{t.underWay}</span>
        ) : (
          <Select
            className={styles.choice}
            aria-label={`${t.to}: ${nameOf(row)}`}
            value={
              takers.some(({ value }) => value === held.byHand[row.customer_id])
                ? held.byHand[row.customer_id]
                : 0
            }
            onChange={(takerId: number) => give(row.customer_id, takerId)}
            options={[{ value: 0, label: t.nobody }, ...takers]}
          />
        ),
    },
  ];
  return (
    <Panel flush title={t.sharings.by_hand}>
      {list.error && !rows ? (
        <ErrorState compact error={list.error} onRetry={() => void list.refetch()} />
      ) : (
        <DataTable
          label={t.sharings.by_hand}
          columns={columns}
          rows={rows}
          rowKey={(row) => row.customer_id}
        />
      )}
      <LoadMore query={list} />
    </Panel>
  );
}
