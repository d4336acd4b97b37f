import { HistoryOutlined } from "@ant-design/icons";
import { useInfiniteQuery } from "@tanstack/react-query";
import { taskListQuery } from "@/api/tasks";
import type { Task } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { staffTexts } from "@/shared/staff/staff-texts";
import { EmptyState } from "@/shared/ui/empty-state";
import { ErrorState } from "@/shared/ui/error-state";
import { LoadMore } from "@/shared/ui/load-more";
import { Panel } from "@/shared/ui/panel";
import { StatusTag, type Tone } from "@/shared/ui/status-tag";
import { When } from "@/shared/ui/when";
import { TaskHeading } from "./task-heading";
import { tasksTexts } from "./tasks-texts";
import styles from "./tasks.module.css";

const TONES: Record<Task["state"], Tone> = {
  open: "info",
  done: "brand",
  skipped: "quiet",
  expired: "danger",
};

/** Tasks of one's own that were done, closed, or have expired. */
export function Ended() {
  const t = useTexts(tasksTexts);
  const staff = useTexts(staffTexts);
  const list = useInfiniteQuery(taskListQuery("mine", false));
  const rows = list.data?.pages.flatMap((page) => page.rows);
  return (
    <Panel flush>
      {list.error && !rows ? (
        <ErrorState error={list.error} onRetry={() => void list.refetch()} />
      ) : rows?.length === 0 ? (
        <EmptyState icon={<HistoryOutlined aria-hidden />} title={t.noEnded} text={t.noEndedText} />
      ) : (
        <ul className={styles.items}>
          {rows?.map((task) => (
            <li key={task.task_id} className={styles.item}>
              <StatusTag tone={TONES[task.state]}>{staff.states[task.state]}</StatusTag>
              <TaskHeading
                task={task}
                more={[
                  task.result && staff.results[task.result],
                  task.state === "done" && task.is_late && staff.late,
                ]
                  .filter(Boolean)
                  .join(" · ")}
              />
              <span className={styles.when}>
                <When at={task.ended_at} />
              </span>
            </li>
          ))}
        </ul>
      )}
      <LoadMore query={list} />
    </Panel>
  );
}
