import { Link } from "react-router";
import type { LtvCustomer, LtvFit, LtvShare } from "@/api/types";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTexts } from "@/shared/i18n/texts";
import { DataTable, rowLink, type Column } from "@/shared/ui/data-table";
import { Panel } from "@/shared/ui/panel";
import { ltvTexts } from "./ltv-texts";

/** Who is worth most. */
export function MostValued({ rows, currency }: { rows: LtvCustomer[]; currency: string }) {
  const t = useTexts(ltvTexts);
  const n = useNumberFormat();
  const money = (fen: number) => n.money(fen, currency);
  const columns: Column<LtvCustomer>[] = [
    {
      key: "customer",
      title: t.customer,
      cell: (row) => (
        <Link to={`/customers/${row.customer_id}`} className={rowLink}>
          {row.display_name}
        </Link>
      ),
    },
    { key: "alive", title: t.pAlive, align: "end", width: 100, cell: (row) => n.share(row.p_alive) },
    {
      key: "orders",
      title: t.expectedOrders,
      align: "end",
      width: 110,
      from: "medium",
      cell: (row) => t.times(row.expected_orders.toFixed(1)),
    },
    {
      key: "ticket",
      title: t.ticket,
      align: "end",
      width: 120,
      from: "medium",
      cell: (row) => money(row.expected_ticket_fen),
    },
    {
      key: "spent",
      title: t.spent,
      align: "end",
      width: 130,
      from: "wide",
      cell: (row) => money(row.revenue_fen),
    },
    {
      key: "value",
      title: t.expectedValue,
      align: "end",
      width: 140,
      cell: (row) => money(row.expected_value_fen),
    },
  ];
  return (
    <Panel flush title={t.most}>
      <DataTable label={t.most} columns={columns} rows={rows} rowKey={(row) => row.customer_id} />
    </Panel>
  );
}

interface SharesProps {
  title: string;
  /** What they have in common. */
  by: string;
  say: (row: LtvShare) => string;
  rows: LtvShare[];
  fit: LtvFit;
}

/** What is expected of customers who have something in common. */
export function Shares({ title, by, say, rows, fit }: SharesProps) {
  const t = useTexts(ltvTexts);
  const n = useNumberFormat();
  const columns: Column<LtvShare>[] = [
    { key: "name", title: by, cell: (row) => say(row) || t.unknown },
    { key: "buyers", title: t.buyers, align: "end", width: 80, cell: (row) => n.whole(row.customers) },
    {
      key: "alive",
      title: t.share,
      align: "end",
      width: 100,
      from: "medium",
      cell: (row) => n.share(row.alive / row.customers),
    },
    {
      key: "mean",
      title: t.mean,
      align: "end",
      width: 110,
      cell: (row) => n.money(row.mean_value_fen, fit.currency),
    },
  ];
  return (
    <Panel flush title={title}>
      <DataTable label={title} columns={columns} rows={rows} rowKey={(row) => row.key} />
    </Panel>
  );
}
