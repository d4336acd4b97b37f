import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Select } from "antd";
import { setPlanTask } from "@/api/plans";
import type { Plan, PlanTaskState } from "@/api/types";
import { useTimeFormat } from "@/shared/format/time-format";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay, useSession } from "@/shared/session/session-context";
import { Panel } from "@/shared/ui/panel";
import { useNotices } from "@/shared/ui/use-notices";
import { today } from "./days";
import { plansTexts } from "./plans-texts";
import styles from "./plans.module.css";

const STATES: readonly PlanTaskState[] = ["todo", "doing", "done", "dropped"];

/** Every task with whose it is and how it stands; one's own may be ticked by everybody. */
export function CheckList({ plan }: { plan: Plan }) {
  const t = useTexts(plansTexts);
  const time = useTimeFormat();
  const may = useMay();
  const session = useSession();
  const notices = useNotices();
  const queryClient = useQueryClient();
  const { tasks } = plan.definition;
  const names = new Map(plan.people.map((each) => [each.staff_id, each.name]));
  const now = today();
  const set = useMutation({
    mutationFn: ({ key, state }: { key: string; state: PlanTaskState }) =>
      setPlanTask(plan.plan_id, key, state),
    onSuccess: async (saved) => {
      queryClient.setQueryData(["plan", plan.plan_id], saved);
      await queryClient.invalidateQueries({ queryKey: ["plans"] });
    },
    onError: notices.failed,
  });
  return (
    <Panel title={t.checklist}>
      {tasks.length === 0 && <p className={styles.quiet}>{t.noTasks}</p>}
      <ul className={styles.checks} hidden={tasks.length === 0}>
        {tasks.map((task) => {
          const state = plan.tasks[task.key] ?? "todo";
          const isOver = state === "done" || state === "dropped";
          const isLate = !isOver && task.ends_on < now;
          const isOwn = task.owner_id === session.staff.staff_id;
          return (
            <li key={task.key} className={styles.check}>
              <span>
                <span className={isOver ? styles.struck : undefined}>{task.name}</span>
                <br />
                <span className={styles.quiet}>
                  {names.get(task.owner_id ?? 0) ?? t.nobody} ·{" "}
                  {t.days(time.day(task.begins_on), time.day(task.ends_on))}
                  {isLate && <span className={styles.overdue}> · {t.overdue}</span>}
                </span>
              </span>
              {isOwn || may(rights.writePlans) ? (
                <Select<PlanTaskState>
                  aria-label={t.stateOf(task.name)}
                  value={state}
                  onChange={(next) => set.mutate({ key: task.key, state: next })}
                  options={STATES.map((value) => ({ value, label: t.states[value] }))}
                />
              ) : (
                <span>{t.states[state]}</span>
              )}
            </li>
          );
        })}
      </ul>
    </Panel>
  );
}
