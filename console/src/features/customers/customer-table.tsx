import { Link } from "react-router";
import type { CustomerRow } from "@/api/types";
import { useNumberFormat } from "@/shared/format/number-format";
import { useCurrency } from "@/shared/format/use-currency";
import { useTexts } from "@/shared/i18n/texts";
import { DataTable, rowLink, type Column } from "@/shared/ui/data-table";
import { PersonAvatar } from "@/shared/ui/person-avatar";
import { When } from "@/shared/ui/when";
import { customersTexts } from "./customers-texts";
import styles from "./customer-list-page.module.css";

function CustomerCell({ row }: { row: CustomerRow }) {
  return (
    <div className={styles.customer}>
      <PersonAvatar name={row.display_name} size={34} />
      <div className={styles.words}>
        <Link to={`/customers/${row.customer_id}`} className={rowLink}>
          {row.display_name}
        </Link>
        {row.contact_masked && row.contact_masked !== row.display_name && (
          <span className={styles.contact}>{row.contact_masked}</span>
        )}
      </div>
    </div>
  );
}

export function CustomerTable({ rows, stale }: { rows: readonly CustomerRow[] | undefined; stale: boolean }) {
  const t = useTexts(customersTexts);
  const n = useNumberFormat();
  const currency = useCurrency();
  const columns: Column<CustomerRow>[] = [
    { key: "customer", title: t.columns.customer, cell: (row) => <CustomerCell row={row} /> },
    { key: "city", title: t.columns.city, from: "wide", cell: (row) => row.city ?? "—" },
    {
      key: "orders",
      title: t.columns.orders,
      align: "end",
      from: "medium",
      cell: (row) => n.whole(row.orders),
    },
    {
      key: "revenue",
      title: t.columns.revenue,
      align: "end",
      cell: (row) => (row.orders ? n.money(row.revenue_fen, currency) : "—"),
    },
    {
      key: "lastOrder",
      title: t.columns.lastOrder,
      align: "end",
      from: "wide",
      cell: (row) => <When at={row.last_order_at} />,
    },
    {
      key: "lastSeen",
      title: t.columns.lastSeen,
      align: "end",
      from: "medium",
      cell: (row) => <When at={row.last_seen_at} />,
    },
  ];
  return (
    <DataTable
      label={t.title}
      columns={columns}
      rows={rows}
      rowKey={(row) => row.customer_id}
      stale={stale}
      skeletonRows={10}
    />
  );
}
