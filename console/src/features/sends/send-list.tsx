import { SendOutlined } from "@ant-design/icons";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { sendListQuery } from "@/api/sends";
import type { SendRow } from "@/api/types";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTimeFormat } from "@/shared/format/time-format";
import { useTexts } from "@/shared/i18n/texts";
import { DataTable, rowLink, type Column } from "@/shared/ui/data-table";
import { EmptyState } from "@/shared/ui/empty-state";
import { ErrorState } from "@/shared/ui/error-state";
import { LoadMore } from "@/shared/ui/load-more";
import { Panel } from "@/shared/ui/panel";
import { SendStatus } from "./send-status";
import { sendsTexts } from "./sends-texts";

/** All sends, the newest first. */
export function SendList() {
  const t = useTexts(sendsTexts);
  const n = useNumberFormat();
  const time = useTimeFormat();
  const list = useInfiniteQuery(sendListQuery());
  const rows = list.data?.pages.flatMap((page) => page.rows);
  const columns: Column<SendRow>[] = [
    {
      key: "name",
      title: t.columns.name,
      cell: (row) => (
        <Link to={`/sends/${row.send_id}`} className={rowLink}>
          {row.name}
        </Link>
      ),
    },
    { key: "status", title: t.columns.status, cell: (row) => <SendStatus send={row} /> },
    {
      key: "when",
      title: t.columns.when,
      from: "medium",
      cell: (row) => (row.run ? `${time.day(row.run.starts_at)} ${time.clock(row.run.starts_at)}` : "—"),
    },
    {
      key: "people",
      title: t.columns.people,
      align: "end",
      cell: (row) => {
        const people = row.run?.people ?? row.run?.recipients ?? undefined;
        return people === undefined ? "—" : n.whole(people);
      },
    },
  ];
  if (list.error && !rows) return <ErrorState error={list.error} onRetry={() => void list.refetch()} />;
  return (
    <Panel flush>
      {rows?.length === 0 ? (
        <EmptyState icon={<SendOutlined aria-hidden />} title={t.empty} text={t.emptyText} />
      ) : (
        <DataTable label={t.title} columns={columns} rows={rows} rowKey={(row) => row.send_id} />
      )}
      <LoadMore query={list} />
    </Panel>
  );
}
