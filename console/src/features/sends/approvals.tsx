import { AuditOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { approvalsQuery } from "@/api/sends";
import type { SendApproval } from "@/api/types";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTimeFormat } from "@/shared/format/time-format";
import { useTexts } from "@/shared/i18n/texts";
import { DataTable, rowLink, type Column } from "@/shared/ui/data-table";
import { EmptyState } from "@/shared/ui/empty-state";
import { ErrorState } from "@/shared/ui/error-state";
import { Panel } from "@/shared/ui/panel";
import { PostApprovals } from "./posts/post-approvals";
import { sendsTexts } from "./sends-texts";
import styles from "./sends.module.css";

/** What waits for somebody's word; it is given on the page of the send, beside what it says. */
export function SendApprovals() {
  const t = useTexts(sendsTexts);
  const n = useNumberFormat();
  const time = useTimeFormat();
  const { data, error, refetch } = useQuery(approvalsQuery());
  const columns: Column<SendApproval>[] = [
    {
      key: "name",
      title: t.columns.name,
      cell: (row) => (
        <Link to={`/sends/${row.send_id}`} className={rowLink}>
          {row.name}
        </Link>
      ),
    },
    { key: "by", title: t.columns.askedBy, from: "medium", cell: (row) => row.run.asked_by },
    {
      key: "when",
      title: t.columns.when,
      cell: (row) => `${time.day(row.run.starts_at)} ${time.clock(row.run.starts_at)}`,
    },
    {
      key: "people",
      title: t.columns.people,
      align: "end",
      cell: (row) => (row.run.recipients === null ? "—" : n.whole(row.run.recipients)),
    },
  ];
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  return (
    <div className={styles.stack}>
      <Panel flush>
        {data?.rows.length === 0 ? (
          <EmptyState icon={<AuditOutlined aria-hidden />} title={t.noApprovals} text={t.noApprovalsText} />
        ) : (
          <DataTable
            label={t.tabs.approvals}
            columns={columns}
            rows={data?.rows}
            rowKey={(row) => row.send_id}
          />
        )}
      </Panel>
      <PostApprovals />
    </div>
  );
}
