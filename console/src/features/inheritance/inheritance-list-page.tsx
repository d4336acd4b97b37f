import { PlusOutlined, UserSwitchOutlined } from "@ant-design/icons";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { Link } from "react-router";
import { inheritanceListQuery, leaversQuery } from "@/api/inheritances";
import type { ContactGiver, Inheritance } from "@/api/types";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTexts } from "@/shared/i18n/texts";
import { useWordList } from "@/shared/i18n/use-word-list";
import { DataTable, rowLink, type Column } from "@/shared/ui/data-table";
import { EmptyState } from "@/shared/ui/empty-state";
import { ErrorState } from "@/shared/ui/error-state";
import { LoadMore } from "@/shared/ui/load-more";
import { Page } from "@/shared/ui/page";
import { Panel } from "@/shared/ui/panel";
import { When } from "@/shared/ui/when";
import { doneOf, InheritanceState, totalOf } from "./inheritance-parts";
import { inheritanceTexts } from "./inheritance-texts";
import styles from "./inheritance.module.css";

/** Who has left, and whom they left behind. */
function Leavers() {
  const t = useTexts(inheritanceTexts);
  const n = useNumberFormat();
  const members = useInfiniteQuery(leaversQuery());
  const rows = members.data?.pages.flatMap((page) => page.rows);
  const columns: Column<ContactGiver>[] = [
    { key: "name", title: t.columns.name, cell: (row) => row.name },
    { key: "left", title: t.columns.left, from: "medium", cell: (row) => <When at={row.left_at} /> },
    {
      key: "customers",
      title: t.columns.customers,
      align: "end",
      cell: (row) => (
        <>
          {n.whole(row.customers)}
          {row.under_way > 0 && <div className={styles.quiet}>{t.under(n.whole(row.under_way))}</div>}
        </>
      ),
    },
    {
      key: "groups",
      title: t.columns.groups,
      align: "end",
      from: "medium",
      cell: (row) => n.whole(row.groups),
    },
    {
      key: "do",
      title: "",
      align: "end",
      cell: (row) =>
        row.customers > row.under_way || row.groups > 0 ? (
          <Link to={`/inheritances/new?from=${row.member_id}`}>{t.assign}</Link>
        ) : null,
    },
  ];
  return (
    <Panel flush title={t.leavers} note={rows?.length ? t.leaversNote : undefined}>
      {members.error && !rows ? (
        <ErrorState compact error={members.error} onRetry={() => void members.refetch()} />
      ) : rows?.length === 0 ? (
        <p className={`${styles.padded} ${styles.quiet}`}>{t.noLeavers}</p>
      ) : (
        <DataTable
          label={t.leavers}
          columns={columns}
          rows={rows}
          rowKey={(row) => row.member_id}
          skeletonRows={2}
        />
      )}
      <LoadMore query={members} />
    </Panel>
  );
}

function All() {
  const t = useTexts(inheritanceTexts);
  const listed = useWordList();
  const n = useNumberFormat();
  const list = useInfiniteQuery(inheritanceListQuery());
  const rows = list.data?.pages.flatMap((page) => page.rows);
  const columns: Column<Inheritance>[] = [
    {
      key: "name",
      title: t.columns.name,
      cell: (row) => (
        <Link to={`/inheritances/${row.inheritance_id}`} className={rowLink}>
          {row.giver_name}
        </Link>
      ),
    },
    { key: "takers", title: t.columns.takers, from: "medium", cell: (row) => listed(row.takers) },
    { key: "asked", title: t.columns.asked, from: "wide", cell: (row) => <When at={row.asked_at} /> },
    {
      key: "progress",
      title: t.columns.progress,
      align: "end",
      cell: (row) => <span className="num">{t.progress(n.whole(doneOf(row)), n.whole(totalOf(row)))}</span>,
    },
    { key: "state", title: "", align: "end", cell: (row) => <InheritanceState inheritance={row} /> },
  ];
  return (
    <Panel flush title={t.all}>
      {list.error && !rows ? (
        <ErrorState compact error={list.error} onRetry={() => void list.refetch()} />
      ) : rows?.length === 0 ? (
        <EmptyState icon={<UserSwitchOutlined aria-hidden />} title={t.empty} text={t.emptyText} />
      ) : (
        <DataTable
          label={t.all}
          columns={columns}
          rows={rows}
          rowKey={(row) => row.inheritance_id}
          skeletonRows={3}
        />
      )}
      <LoadMore query={list} />
    </Panel>
  );
}

export function InheritanceListPage() {
  const t = useTexts(inheritanceTexts);
  return (
    <Page
      title={t.title}
      lead={t.lead}
      actions={
        <Link to="/inheritances/new">
          <Button type="primary" icon={<PlusOutlined aria-hidden />}>
            {t.create}
          </Button>
        </Link>
      }
    >
      <div className={styles.stack}>
        <Leavers />
        <All />
      </div>
    </Page>
  );
}
