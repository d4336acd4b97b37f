import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { useState } from "react";
import { LEADS, claimLeads } from "@/api/leads";
import { TASKS, customerTasksQuery, nextActionQuery } from "@/api/tasks";
import type { Customer, NextAction } from "@/api/types";
import { useLanguage } from "@/shared/i18n/language-context";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { EndDialog } from "@/shared/staff/end-dialog";
import { FollowUpDialog } from "@/shared/staff/follow-up-dialog";
import { TaskDialog } from "@/shared/staff/task-dialog";
import { ErrorState } from "@/shared/ui/error-state";
import { Panel } from "@/shared/ui/panel";
import { SkeletonLines } from "@/shared/ui/skeleton";
import { useNotices } from "@/shared/ui/use-notices";
import { customerStaffTexts } from "./staff-texts";
import styles from "./staff-panel.module.css";

/** What helps most with this customer now, why, and one click to do it. */
export function NextPanel({ customer }: { customer: Customer }) {
  const t = useTexts(customerStaffTexts);
  const { language } = useLanguage();
  const may = useMay();
  const notices = useNotices();
  const queryClient = useQueryClient();
  const { customer_id: customerId, display_name: name } = customer;
  const { data, error, refetch } = useQuery(nextActionQuery(customerId));
  const { data: tasks } = useQuery(customerTasksQuery(customerId));
  const [taken, setTaken] = useState<NextAction | null>(null);
  const claiming = useMutation({
    mutationFn: claimLeads,
    onSuccess: async () => {
      notices.done(t.claimed);
      await Promise.all([LEADS, TASKS].map((key) => queryClient.invalidateQueries({ queryKey: [key] })));
    },
    onError: notices.failed,
  });
  const take = (step: NextAction) => {
    if (step.act === "claim" && step.ref !== null) claiming.mutate([step.ref]);
    else setTaken(step);
  };
  const close = () => setTaken(null);
  const task = taken?.act === "open_task" && tasks?.rows.find((each) => each.task_id === taken.ref);
  const told = (step: NextAction) =>
    language === "zh"
      ? { title: step.title_zh, reason: step.reason_zh }
      : { title: step.title_en, reason: step.reason_en };
  return (
    <Panel title={t.next} hint={t.nextHint}>
      {error && !data ? (
        <ErrorState compact error={error} onRetry={() => void refetch()} />
      ) : !data ? (
        <SkeletonLines lines={2} />
      ) : data.rows.length === 0 ? (
        <p className={styles.quiet}>{t.none}</p>
      ) : (
        <ol className={styles.steps}>
          {data.rows.map((step, place) => (
            <li key={step.kind} className={styles.step}>
              <span className={styles.title}>{told(step).title}</span>
              {may(
                step.act === "follow_up" || step.act === "claim" ? rights.writeLeads : rights.writeTasks,
              ) && (
                <Button size="small" type={place === 0 ? "primary" : "default"} onClick={() => take(step)}>
                  {t.acts[step.act]}
                </Button>
              )}
              <p className={styles.quiet}>{told(step).reason}</p>
              {step.scripts[0] && (
                <p className={styles.quiet} title={step.scripts[0].text}>
                  {t.script(step.scripts[0].name)}
                </p>
              )}
            </li>
          ))}
        </ol>
      )}
      {task && <EndDialog task={task} isDone onClose={close} />}
      {taken?.act === "follow_up" && (
        <FollowUpDialog customerId={customerId} customer={name} onClose={close} />
      )}
      {taken?.act === "talk" && (
        <TaskDialog
          customerId={customerId}
          customer={name}
          title={told(taken).title}
          body={told(taken).reason}
          scriptId={taken.scripts[0]?.script_id ?? null}
          isAdvice
          onClose={close}
        />
      )}
    </Panel>
  );
}
