import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { postApprovalsQuery } from "@/api/posts";
import type { PostApproval } from "@/api/types";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTexts } from "@/shared/i18n/texts";
import { DataTable, rowLink, type Column } from "@/shared/ui/data-table";
import { Panel } from "@/shared/ui/panel";
import { When } from "@/shared/ui/when";
import { postsTexts } from "./posts-texts";

/** Posts that wait for somebody's word; it is given on the page of the post. Nothing where none does. */
export function PostApprovals() {
  const t = useTexts(postsTexts);
  const n = useNumberFormat();
  const { data } = useQuery(postApprovalsQuery());
  const columns: Column<PostApproval>[] = [
    {
      key: "name",
      title: t.columns.name,
      cell: ({ post }) => (
        <Link to={`/posts/${post.post_id}`} className={rowLink}>
          {post.name}
        </Link>
      ),
    },
    { key: "kind", title: t.columns.kind, cell: ({ post }) => t.kinds[post.definition.kind] },
    { key: "by", title: t.columns.by, from: "medium", cell: ({ post }) => post.asked_by },
    { key: "when", title: t.columns.when, from: "wide", cell: ({ post }) => <When at={post.asked_at} /> },
    { key: "people", title: t.people, align: "end", cell: (row) => n.whole(row.people) },
  ];
  if (!data?.rows.length) return null;
  return (
    <Panel flush title={t.approvals}>
      <DataTable label={t.approvals} columns={columns} rows={data.rows} rowKey={(row) => row.post.post_id} />
    </Panel>
  );
}
