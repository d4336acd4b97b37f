import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Input, Modal, Select } from "antd";
import { useState } from "react";
import { newKey } from "@/api/content";
import { TASKS, colleaguesQuery, createTask } from "@/api/tasks";
import { instantOf, localOf } from "@/shared/format/business-time";
import { presentMs, presentTime } from "@/shared/format/present";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay, useSession } from "@/shared/session/session-context";
import { Field } from "@/shared/ui/field";
import { useNotices } from "@/shared/ui/use-notices";
import { staffTexts } from "./staff-texts";
import styles from "./staff.module.css";

const HOUR_MS = 3_600_000;
const KEEPER = 0;

interface TaskDialogProps {
  customerId: number;
  customer: string;
  title?: string;
  body?: string;
  scriptId?: number | null;
  /** Whether it was suggested. */
  isAdvice?: boolean;
  onClose: () => void;
}

/** Sets a task about a customer: for oneself, a colleague, or whoever keeps them. */
export function TaskDialog({ customerId, customer, onClose, ...given }: TaskDialogProps) {
  const t = useTexts(staffTexts);
  const may = useMay();
  const { staff } = useSession();
  const notices = useNotices();
  const queryClient = useQueryClient();
  const [title, setTitle] = useState(given.title ?? "");
  const [body, setBody] = useState(given.body ?? "");
  const [due, setDue] = useState(() => localOf(new Date(presentMs() + 24 * HOUR_MS).toISOString()));
  const [staffId, setStaffId] = useState(staff.staff_id);
  const [tried, setTried] = useState(false);
  const [taskKey] = useState(newKey);
  const { data: colleagues } = useQuery({ ...colleaguesQuery(), enabled: may(rights.assignTasks) });
  const dueAt = instantOf(due);
  const isPast = dueAt === null || new Date(dueAt) <= presentTime();
  const creating = useMutation({
    mutationFn: createTask,
    onSuccess: async () => {
      notices.done(t.taskDone);
      onClose();
      await queryClient.invalidateQueries({ queryKey: [TASKS] });
    },
    onError: notices.failed,
  });
  const submit = () => {
    setTried(true);
    if (!title.trim() || isPast) return;
    creating.mutate({
      task_key: taskKey,
      customer_id: customerId,
      title,
      body,
      due_at: dueAt,
      staff_id: staffId === KEEPER ? null : staffId,
      script_id: given.scriptId ?? null,
      is_advice: given.isAdvice ?? false,
    });
  };
  const others = colleagues?.rows.filter((each) => each.staff_id !== staff.staff_id) ?? [];
  return (
    <Modal
      open
      title={`${t.task} · ${customer}`}
      okText={t.task}
      cancelText={t.cancel}
      confirmLoading={creating.isPending}
      onOk={submit}
      onCancel={onClose}
    >
      <div className={styles.form}>
        <Field label={t.taskTitle} error={tried && !title.trim() ? t.needed : null}>
          {(control) => (
            <Input
              {...control}
              maxLength={200}
              value={title}
              onChange={(event) => setTitle(event.target.value)}
            />
          )}
        </Field>
        <Field label={t.taskBody}>
          {(control) => (
            <Input.TextArea
              {...control}
              rows={3}
              maxLength={2000}
              value={body}
              onChange={(event) => setBody(event.target.value)}
            />
          )}
        </Field>
        <div className={styles.pair}>
          <Field label={t.due} error={tried && isPast ? t.later : null}>
            {(control) => (
              <Input
                {...control}
                type="datetime-local"
                value={due}
                onChange={(event) => setDue(event.target.value)}
              />
            )}
          </Field>
          <Field label={t.who}>
            {(control) => (
              <Select
                {...control}
                showSearch={{ optionFilterProp: "label" }}
                value={staffId}
                options={[
                  { value: staff.staff_id, label: t.me },
                  { value: KEEPER, label: t.keeper },
                  ...others.map((each) => ({ value: each.staff_id, label: each.name })),
                ]}
                onChange={setStaffId}
              />
            )}
          </Field>
        </div>
      </div>
    </Modal>
  );
}
