import { TeamOutlined } from "@ant-design/icons";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Segmented } from "antd";
import { useState } from "react";
import { taskListQuery, teamTasksQuery } from "@/api/tasks";
import type { TeamTaskRow } from "@/api/types";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTimeFormat } from "@/shared/format/time-format";
import { useTexts } from "@/shared/i18n/texts";
import { DataTable, type Column } from "@/shared/ui/data-table";
import { EmptyState } from "@/shared/ui/empty-state";
import { ErrorState } from "@/shared/ui/error-state";
import { LoadMore } from "@/shared/ui/load-more";
import { Panel } from "@/shared/ui/panel";
import { TaskHeading } from "./task-heading";
import { tasksTexts } from "./tasks-texts";
import styles from "./tasks.module.css";

const SPANS = [7, 30, 90] as const;

function Numbers() {
  const t = useTexts(tasksTexts);
  const n = useNumberFormat();
  const [days, setDays] = useState<number>(7);
  const { data, error, refetch } = useQuery(teamTasksQuery(days));
  const ended = (row: TeamTaskRow) => row.in_time + row.late + row.skipped + row.expired;
  const count = (
    key: "open" | "overdue" | "in_time" | "late" | "skipped" | "expired",
    title: string,
    from?: "medium" | "wide",
  ): Column<TeamTaskRow> => ({
    key,
    title,
    align: "end",
    ...(from ? { from } : {}),
    cell: (row) => <span className="num">{n.whole(row[key])}</span>,
  });
  const columns: Column<TeamTaskRow>[] = [
    { key: "staff", title: t.columns.staff, cell: (row) => row.staff || t.nobody },
    count("open", t.columns.open),
    count("overdue", t.columns.overdue),
    count("in_time", t.columns.inTime, "medium"),
    count("late", t.columns.late, "medium"),
    count("skipped", t.columns.skipped, "wide"),
    count("expired", t.columns.expired, "wide"),
    {
      key: "share",
      title: t.columns.share,
      align: "end",
      cell: (row) => <span className="num">{ended(row) ? n.share(row.in_time / ended(row)) : "—"}</span>,
    },
  ];
  return (
    <Panel
      flush
      title={t.teamTitle}
      note={t.teamNote}
      extra={
        <Segmented
          size="small"
          aria-label={t.teamTitle}
          value={days}
          options={SPANS.map((value) => ({ value, label: t.days(value) }))}
          onChange={setDays}
        />
      }
    >
      {error && !data ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : data?.rows.length === 0 ? (
        <EmptyState icon={<TeamOutlined aria-hidden />} title={t.teamEmpty} />
      ) : (
        <DataTable
          label={t.teamTitle}
          columns={columns}
          rows={data?.rows}
          rowKey={(row) => row.staff_id ?? 0}
          skeletonRows={3}
        />
      )}
    </Panel>
  );
}

/** How those whom a manager answers for do their tasks, and what of it is open. */
export function TeamTasks() {
  const t = useTexts(tasksTexts);
  const time = useTimeFormat();
  const list = useInfiniteQuery(taskListQuery("team", true));
  const rows = list.data?.pages.flatMap((page) => page.rows);
  return (
    <div className={styles.stack}>
      <Numbers />
      {rows && rows.length > 0 && (
        <Panel flush title={t.teamOpen}>
          <ul className={styles.items}>
            {rows.map((task) => (
              <li key={task.task_id} className={styles.item}>
                <span>{task.staff || t.nobody}</span>
                <TaskHeading task={task} />
                <time
                  dateTime={task.due_at}
                  title={time.full(task.due_at)}
                  className={task.is_late ? `${styles.when} ${styles.overdue} num` : `${styles.when} num`}
                >
                  {time.ago(task.due_at)}
                </time>
              </li>
            ))}
          </ul>
          <LoadMore query={list} />
        </Panel>
      )}
    </div>
  );
}
