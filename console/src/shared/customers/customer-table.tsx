import { TeamOutlined } from "@ant-design/icons";
import type { UseInfiniteQueryResult } from "@tanstack/react-query";
import { Link } from "react-router";
import type { CustomerRow } from "@/api/types";
import { useNumberFormat } from "@/shared/format/number-format";
import { defineTexts, useTexts } from "@/shared/i18n/texts";
import { DataTable, rowLink, type Column } from "@/shared/ui/data-table";
import { EmptyState } from "@/shared/ui/empty-state";
import { ErrorState } from "@/shared/ui/error-state";
import { LoadMore } from "@/shared/ui/load-more";
import { When } from "@/shared/ui/when";

const texts = defineTexts({
  zh: { customer: "客户", contact: "联系方式", orders: "订单", lastSeen: "最近出现", nobody: "没有客户" },
  en: { customer: "Customer", contact: "Contact", orders: "Orders", lastSeen: "Last seen", nobody: "Nobody" },
});

interface CustomerTableProps {
  label: string;
  list: UseInfiniteQueryResult<{ pages: { rows: CustomerRow[] }[] }>;
}

/** Customers behind a number, page by page. */
export function CustomerTable({ label, list }: CustomerTableProps) {
  const t = useTexts(texts);
  const n = useNumberFormat();
  const rows = list.data?.pages.flatMap((page) => page.rows);
  const columns: Column<CustomerRow>[] = [
    {
      key: "customer",
      title: t.customer,
      cell: (row) => (
        <Link to={`/customers/${row.customer_id}`} className={rowLink}>
          {row.display_name}
        </Link>
      ),
    },
    { key: "contact", title: t.contact, from: "medium", cell: (row) => row.contact_masked || "—" },
    { key: "orders", title: t.orders, align: "end", width: 90, cell: (row) => n.whole(row.orders) },
    {
      key: "seen",
      title: t.lastSeen,
      align: "end",
      width: 130,
      from: "medium",
      cell: (row) => <When at={row.last_seen_at} />,
    },
  ];
  if (list.error && !rows) return <ErrorState error={list.error} onRetry={() => void list.refetch()} />;
  if (rows?.length === 0) return <EmptyState compact icon={<TeamOutlined aria-hidden />} title={t.nobody} />;
  return (
    <>
      <DataTable label={label} columns={columns} rows={rows} rowKey={(row) => row.customer_id} />
      <LoadMore query={list} />
    </>
  );
}
