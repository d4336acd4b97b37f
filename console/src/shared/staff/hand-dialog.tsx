import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Input, Modal, Select } from "antd";
import { useState } from "react";
import { TASKS, colleaguesQuery, handTask } from "@/api/tasks";
import type { Task } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { Field } from "@/shared/ui/field";
import { useNotices } from "@/shared/ui/use-notices";
import { staffTexts } from "./staff-texts";
import styles from "./staff.module.css";

/** Gives a task to a colleague, with a message. */
export function HandDialog({ task, onClose }: { task: Task; onClose: () => void }) {
  const t = useTexts(staffTexts);
  const notices = useNotices();
  const queryClient = useQueryClient();
  const { data } = useQuery(colleaguesQuery());
  const [staffId, setStaffId] = useState<number | null>(null);
  const [note, setNote] = useState("");
  const [tried, setTried] = useState(false);
  const handing = useMutation({
    mutationFn: handTask,
    onSuccess: async (handed) => {
      notices.done(t.handed(handed.staff));
      onClose();
      await queryClient.invalidateQueries({ queryKey: [TASKS] });
    },
    onError: notices.failed,
  });
  const submit = () => {
    setTried(true);
    if (staffId !== null) handing.mutate({ taskId: task.task_id, staffId, note });
  };
  const others = data?.rows.filter((each) => each.staff_id !== task.staff_id) ?? [];
  return (
    <Modal
      open
      title={t.handTitle(task.title)}
      okText={t.hand}
      cancelText={t.cancel}
      confirmLoading={handing.isPending}
      onOk={submit}
      onCancel={onClose}
    >
      <div className={styles.form}>
        <Field label={t.handTo} error={tried && staffId === null ? t.needed : null}>
          {(control) => (
            <Select
              {...control}
              showSearch={{ optionFilterProp: "label" }}
              value={staffId}
              options={others.map((each) => ({ value: each.staff_id, label: each.name }))}
              onChange={setStaffId}
            />
          )}
        </Field>
        <Field label={t.handNote}>
          {(control) => (
            <Input
              {...control}
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
