import { PlusOutlined, ProfileOutlined } from "@ant-design/icons";
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { useState } from "react";
import { Link, useNavigate } from "react-router";
import { createList, listListQuery } from "@/api/lists";
import type { ListRow } from "@/api/types";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { DataTable, rowLink, type Column } from "@/shared/ui/data-table";
import { EmptyState } from "@/shared/ui/empty-state";
import { ErrorState } from "@/shared/ui/error-state";
import { LoadMore } from "@/shared/ui/load-more";
import { Panel } from "@/shared/ui/panel";
import { useNotices } from "@/shared/ui/use-notices";
import { When } from "@/shared/ui/when";
import { listsTexts } from "./lists-texts";
import { NameDialog } from "./name-dialog";
import styles from "../segments-page.module.css";

function ListTable({ rows }: { rows: readonly ListRow[] | undefined }) {
  const t = useTexts(listsTexts);
  const n = useNumberFormat();
  const columns: Column<ListRow>[] = [
    {
      key: "name",
      title: t.columns.name,
      cell: (row) => (
        <Link to={`/segments/lists/${row.list_id}`} className={rowLink}>
          {row.name}
        </Link>
      ),
    },
    { key: "size", title: t.columns.size, align: "end", width: 110, cell: (row) => n.whole(row.size) },
    {
      key: "usedBy",
      title: t.columns.usedBy,
      from: "medium",
      cell: (row) => row.used_by.map(({ name }) => name).join(" · ") || t.notUsed,
    },
    {
      key: "changed",
      title: t.columns.changed,
      align: "end",
      width: 140,
      from: "medium",
      cell: (row) => <When at={row.changed_at} />,
    },
  ];
  return <DataTable label={t.title} columns={columns} rows={rows} rowKey={(row) => row.list_id} />;
}

function CreateButton() {
  const t = useTexts(listsTexts);
  const notices = useNotices();
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const [naming, setNaming] = useState(false);
  const create = useMutation({
    mutationFn: createList,
    onSuccess: async (made) => {
      setNaming(false);
      notices.done(t.created);
      await queryClient.invalidateQueries({ queryKey: ["lists"] });
      await navigate(`/segments/lists/${made.list_id}`);
    },
    onError: notices.failed,
  });
  return (
    <>
      <Button type="primary" icon={<PlusOutlined aria-hidden />} onClick={() => setNaming(true)}>
        {t.create}
      </Button>
      {naming && (
        <NameDialog
          title={t.create}
          name=""
          saving={create.isPending}
          onSave={(name) => create.mutate(name)}
          onClose={() => setNaming(false)}
        />
      )}
    </>
  );
}

/** All lists of customers. */
export function ListList() {
  const t = useTexts(listsTexts);
  const may = useMay();
  const list = useInfiniteQuery(listListQuery());
  const rows = list.data?.pages.flatMap((page) => page.rows);
  return (
    <>
      <div className={styles.toolbar}>
        <p className={styles.lead}>{t.lead}</p>
        {may(rights.writeLists) && <CreateButton />}
      </div>
      <Panel flush>
        {list.error && !rows ? (
          <ErrorState error={list.error} onRetry={() => void list.refetch()} />
        ) : rows?.length === 0 ? (
          <EmptyState icon={<ProfileOutlined aria-hidden />} title={t.empty} text={t.emptyText} />
        ) : (
          <ListTable rows={rows} />
        )}
        <LoadMore query={list} />
      </Panel>
    </>
  );
}
