import { TeamOutlined } from "@ant-design/icons";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Button, Input } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import { memberListQuery } from "@/api/segments";
import type { CustomerRow } from "@/api/types";
import { useNumberFormat } from "@/shared/format/number-format";
import { presentTime } from "@/shared/format/present";
import { businessDay } from "@/shared/format/time-format";
import { useTexts } from "@/shared/i18n/texts";
import { DataTable, rowLink, type Column } from "@/shared/ui/data-table";
import { EmptyState } from "@/shared/ui/empty-state";
import { ErrorState } from "@/shared/ui/error-state";
import { LoadMore } from "@/shared/ui/load-more";
import { Panel } from "@/shared/ui/panel";
import { PersonAvatar } from "@/shared/ui/person-avatar";
import { When } from "@/shared/ui/when";
import { pageTexts } from "./page-texts";
import { useSegment } from "./segment-context";
import styles from "./segment-page.module.css";

/** Customers in a table; where from one is opened. */
export function MemberTable({ rows }: { rows: readonly CustomerRow[] | undefined }) {
  const t = useTexts(pageTexts);
  const n = useNumberFormat();
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
  return <DataTable label={t.members} columns={columns} rows={rows} rowKey={(row) => row.customer_id} />;
}

/** Who is in it, or was at the end of a day. */
export function SegmentMembers() {
  const t = useTexts(pageTexts);
  const segment = useSegment();
  const [day, setDay] = useState("");
  const [today] = useState(() => businessDay(presentTime().toISOString()));
  const list = useInfiniteQuery(memberListQuery(segment.segment_id, day || null));
  const rows = list.data?.pages.flatMap((page) => page.rows);
  return (
    <>
      <div className={styles.filters}>
        <label htmlFor="members-on">{t.onDay}</label>
        <Input
          id="members-on"
          type="date"
          style={{ width: 160 }}
          max={today}
          value={day}
          onChange={(event) => setDay(event.target.value)}
        />
        {day && (
          <Button type="text" onClick={() => setDay("")}>
            {t.now}
          </Button>
        )}
      </div>
      <Panel flush>
        {list.error && !rows ? (
          <ErrorState error={list.error} onRetry={() => void list.refetch()} />
        ) : rows?.length === 0 ? (
          <EmptyState icon={<TeamOutlined aria-hidden />} title={day ? t.nobodyOn(day) : t.nobody} />
        ) : (
          <MemberTable rows={rows} />
        )}
        <LoadMore query={list} />
      </Panel>
    </>
  );
}
