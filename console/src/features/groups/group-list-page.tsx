import { CommentOutlined, SearchOutlined } from "@ant-design/icons";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Input } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import { groupListQuery } from "@/api/contacts";
import type { GroupChat } from "@/api/types";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTexts } from "@/shared/i18n/texts";
import { DataTable, rowLink, type Column } from "@/shared/ui/data-table";
import { EmptyState } from "@/shared/ui/empty-state";
import { ErrorState } from "@/shared/ui/error-state";
import { LoadMore } from "@/shared/ui/load-more";
import { Page } from "@/shared/ui/page";
import { Panel } from "@/shared/ui/panel";
import { useDebounced } from "@/shared/ui/use-debounced";
import { When } from "@/shared/ui/when";
import { GroupState } from "./group-state";
import { GroupTabs } from "./group-tabs";
import { groupsTexts } from "./groups-texts";
import styles from "./groups.module.css";

function GroupTable({ rows }: { rows: readonly GroupChat[] | undefined }) {
  const t = useTexts(groupsTexts);
  const n = useNumberFormat();
  const columns: Column<GroupChat>[] = [
    {
      key: "name",
      title: t.columns.name,
      cell: (row) => (
        <Link to={`/groups/${row.group_id}`} className={rowLink}>
          {row.name || t.unnamed}
        </Link>
      ),
    },
    { key: "owner", title: t.columns.owner, from: "medium", cell: (row) => row.owner_name ?? "—" },
    { key: "customers", title: t.columns.customers, align: "end", cell: (row) => n.whole(row.customers) },
    { key: "created", title: t.columns.created, from: "wide", cell: (row) => <When at={row.created_at} /> },
    { key: "state", title: t.columns.state, align: "end", cell: (row) => <GroupState group={row} /> },
  ];
  return <DataTable label={t.title} columns={columns} rows={rows} rowKey={(row) => row.group_id} />;
}

export function GroupListPage() {
  const t = useTexts(groupsTexts);
  const [typed, setTyped] = useState("");
  const search = useDebounced(typed.trim(), 250);
  const list = useInfiniteQuery(groupListQuery(search));
  const rows = list.data?.pages.flatMap((page) => page.rows);
  return (
    <Page title={t.title} lead={t.lead}>
      <GroupTabs />
      <div className={styles.bar}>
        <Input
          allowClear
          prefix={<SearchOutlined aria-hidden />}
          aria-label={t.search}
          placeholder={t.search}
          maxLength={80}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
      </div>
      <Panel flush>
        {list.error && !rows ? (
          <ErrorState error={list.error} onRetry={() => void list.refetch()} />
        ) : rows?.length === 0 ? (
          search ? (
            <p className={`${styles.padded} ${styles.quiet}`}>{t.noneFound}</p>
          ) : (
            <EmptyState icon={<CommentOutlined aria-hidden />} title={t.empty} text={t.emptyText} />
          )
        ) : (
          <GroupTable rows={rows} />
        )}
        <LoadMore query={list} />
      </Panel>
    </Page>
  );
}
