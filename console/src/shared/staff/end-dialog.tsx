import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Input, Modal, Select } from "antd";
import { useState } from "react";
import { TASKS, endTask } from "@/api/tasks";
import type { Task, TaskEnd } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { Field } from "@/shared/ui/field";
import { useNotices } from "@/shared/ui/use-notices";
import { staffTexts } from "./staff-texts";
import styles from "./staff.module.css";

const RESULTS = ["", "reached", "interested", "not_interested", "no_answer"] as const;

/** Says that a task was done, or will not be, and what came of it. */
export function EndDialog({ task, isDone, onClose }: { task: Task; isDone: boolean; onClose: () => void }) {
  const t = useTexts(staffTexts);
  const notices = useNotices();
  const queryClient = useQueryClient();
  const [result, setResult] = useState<NonNullable<TaskEnd["result"]>>("");
  const [note, setNote] = useState("");
  const ending = useMutation({
    mutationFn: endTask,
    onSuccess: async () => {
      notices.done(isDone ? t.ended : t.skipped);
      onClose();
      await queryClient.invalidateQueries({ queryKey: [TASKS] });
    },
    onError: notices.failed,
  });
  return (
    <Modal
      open
      title={isDone ? t.endTitle(task.title) : t.skipTitle(task.title)}
      okText={isDone ? t.done : t.skip}
      cancelText={t.cancel}
      confirmLoading={ending.isPending}
      onOk={() => ending.mutate({ taskId: task.task_id, end: { is_done: isDone, result, note } })}
      onCancel={onClose}
    >
      <div className={styles.form}>
        {isDone && (
          <Field label={t.result}>
            {(control) => (
              <Select
                {...control}
                value={result}
                options={RESULTS.map((value) => ({ value, label: t.results[value] }))}
                onChange={setResult}
              />
            )}
          </Field>
        )}
        <Field label={t.note}>
          {(control) => (
            <Input.TextArea
              {...control}
              rows={3}
              maxLength={1000}
              value={note}
              onChange={(event) => setNote(event.target.value)}
            />
          )}
        </Field>
      </div>
    </Modal>
  );
}
