import { NotificationOutlined, PlusOutlined } from "@ant-design/icons";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { Link, useNavigate } from "react-router";
import { postListQuery } from "@/api/posts";
import type { PostOutcome, PostRow } from "@/api/types";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { DataTable, rowLink, type Column } from "@/shared/ui/data-table";
import { EmptyState } from "@/shared/ui/empty-state";
import { ErrorState } from "@/shared/ui/error-state";
import { LoadMore } from "@/shared/ui/load-more";
import { Panel } from "@/shared/ui/panel";
import { When } from "@/shared/ui/when";
import { postsTexts } from "./posts-texts";
import styles from "./posts.module.css";

const countOf = (post: PostRow, outcome: PostOutcome) =>
  post.outcomes.find((each) => each.outcome === outcome)?.count ?? 0;

/** What was posted to groups and in moments, the newest first. */
export function PostList() {
  const t = useTexts(postsTexts);
  const n = useNumberFormat();
  const may = useMay();
  const navigate = useNavigate();
  const list = useInfiniteQuery(postListQuery());
  const rows = list.data?.pages.flatMap((page) => page.rows);
  const columns: Column<PostRow>[] = [
    {
      key: "name",
      title: t.columns.name,
      cell: (row) => (
        <Link to={`/posts/${row.post_id}`} className={rowLink}>
          {row.name}
        </Link>
      ),
    },
    { key: "kind", title: t.columns.kind, from: "medium", cell: (row) => t.kinds[row.definition.kind] },
    { key: "sent", title: t.columns.sent, align: "end", cell: (row) => n.whole(countOf(row, "sent")) },
    {
      key: "waiting",
      title: t.columns.waiting,
      align: "end",
      cell: (row) => n.whole(countOf(row, "waiting")),
    },
    { key: "when", title: t.columns.when, from: "wide", cell: (row) => <When at={row.asked_at} /> },
  ];
  return (
    <>
      <div className={styles.head}>
        <p className={styles.lead}>{t.lead}</p>
        {may(rights.publishPosts) && (
          <Button icon={<PlusOutlined aria-hidden />} onClick={() => void navigate("/posts/new")}>
            {t.newTitle}
          </Button>
        )}
      </div>
      <Panel flush>
        {list.error && !rows ? (
          <ErrorState error={list.error} onRetry={() => void list.refetch()} />
        ) : rows?.length === 0 ? (
          <EmptyState icon={<NotificationOutlined aria-hidden />} title={t.empty} text={t.emptyText} />
        ) : (
          <DataTable label={t.newTitle} columns={columns} rows={rows} rowKey={(row) => row.post_id} />
        )}
        <LoadMore query={list} />
      </Panel>
    </>
  );
}
