import { TeamOutlined } from "@ant-design/icons";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import type { PeopleQuery } from "@/api/people";
import type { CustomerRow } from "@/api/types";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTexts } from "@/shared/i18n/texts";
import { DataTable, rowLink, type Column } from "@/shared/ui/data-table";
import { EmptyState } from "@/shared/ui/empty-state";
import { ErrorState } from "@/shared/ui/error-state";
import { LoadMore } from "@/shared/ui/load-more";
import { PersonAvatar } from "@/shared/ui/person-avatar";
import { When } from "@/shared/ui/when";
import { peopleTexts } from "./people-texts";
import styles from "./people.module.css";

interface CustomerTableProps {
  label: string;
  query: PeopleQuery;
  /** What is said where there is nobody. */
  empty?: { title: string; text?: string } | undefined;
}

/** The customers whom something is about, page by page; from each a way to all that is known of them. */
export function CustomerTable({ label, query, empty }: CustomerTableProps) {
  const t = useTexts(peopleTexts);
  const n = useNumberFormat();
  const list = useInfiniteQuery(query);
  const rows = list.data?.pages.flatMap((page) => page.rows);
  const columns: Column<CustomerRow>[] = [
    {
      key: "customer",
      title: t.customer,
      cell: (row) => (
        <div className={styles.person}>
          <PersonAvatar name={row.display_name} size={32} />
          <Link to={`/customers/${row.customer_id}`} className={rowLink}>
            {row.display_name}
          </Link>
        </div>
      ),
    },
    { key: "contact", title: t.contact, from: "medium", cell: (row) => row.contact_masked || "—" },
    { key: "city", title: t.city, from: "wide", cell: (row) => row.city ?? "—" },
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
  if (rows?.length === 0)
    return (
      <EmptyState
        compact
        icon={<TeamOutlined aria-hidden />}
        title={empty?.title ?? t.nobody}
        text={empty?.text}
      />
    );
  return (
    <>
      <DataTable label={label} columns={columns} rows={rows} rowKey={(row) => row.customer_id} />
      <LoadMore query={list} />
    </>
  );
}
