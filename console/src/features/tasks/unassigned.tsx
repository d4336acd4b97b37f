import { InboxOutlined } from "@ant-design/icons";
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { TASKS, claimTask, taskListQuery } from "@/api/tasks";
import { useTimeFormat } from "@/shared/format/time-format";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { EmptyState } from "@/shared/ui/empty-state";
import { ErrorState } from "@/shared/ui/error-state";
import { LoadMore } from "@/shared/ui/load-more";
import { Panel } from "@/shared/ui/panel";
import { useNotices } from "@/shared/ui/use-notices";
import { TaskHeading } from "./task-heading";
import { tasksTexts } from "./tasks-texts";
import styles from "./tasks.module.css";

/** Tasks on the lists of units, to be taken. */
export function Unassigned() {
  const t = useTexts(tasksTexts);
  const time = useTimeFormat();
  const may = useMay();
  const notices = useNotices();
  const queryClient = useQueryClient();
  const list = useInfiniteQuery(taskListQuery("unassigned", true));
  const rows = list.data?.pages.flatMap((page) => page.rows);
  const claiming = useMutation({
    mutationFn: claimTask,
    onSuccess: async () => {
      notices.done(t.claimed);
      await queryClient.invalidateQueries({ queryKey: [TASKS] });
    },
    onError: notices.failed,
  });
  return (
    <Panel flush>
      {list.error && !rows ? (
        <ErrorState error={list.error} onRetry={() => void list.refetch()} />
      ) : rows?.length === 0 ? (
        <EmptyState icon={<InboxOutlined aria-hidden />} title={t.noUnassigned} text={t.noUnassignedText} />
      ) : (
        <ul className={styles.items}>
          {rows?.map((task) => (
            <li key={task.task_id} className={styles.item} aria-label={task.title}>
              <time dateTime={task.due_at} title={time.full(task.due_at)} className={`${styles.when} num`}>
                {time.ago(task.due_at)}
              </time>
              <TaskHeading task={task} more={task.unit ? t.of(task.unit) : undefined} />
              {may(rights.writeTasks) && (
                <span className={styles.actions}>
                  <Button
                    size="small"
                    type="primary"
                    loading={claiming.isPending && claiming.variables === task.task_id}
                    onClick={() => claiming.mutate(task.task_id)}
                  >
                    {t.claim}
                  </Button>
                </span>
              )}
            </li>
          ))}
        </ul>
      )}
      <LoadMore query={list} />
    </Panel>
  );
}
