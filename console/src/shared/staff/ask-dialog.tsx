import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Input, Modal } from "antd";
import { useState } from "react";
import { ENQUIRIES, ask, foundAnswersQuery } from "@/api/enquiries";
import type { Task } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { copyText } from "@/shared/ui/copy-text";
import { Field } from "@/shared/ui/field";
import { useDebounced } from "@/shared/ui/use-debounced";
import { useNotices } from "@/shared/ui/use-notices";
import { askTexts } from "./ask-texts";
import styles from "./staff.module.css";

const SHOWN = 3;

/** Answers that were given to questions like this one. */
function Similar({ text }: { text: string }) {
  const t = useTexts(askTexts);
  const notices = useNotices();
  const { data } = useQuery({ ...foundAnswersQuery(text, SHOWN), enabled: text !== "" });
  if (!text || !data?.rows.length) return null;
  const copy = (answer: string) => void copyText(answer).then(() => notices.done(t.copied), notices.failed);
  return (
    <section className={styles.similar} aria-label={t.similar}>
      <p className={styles.quiet}>
        {t.similar} · {t.similarNote}
      </p>
      <ul className={styles.talks}>
        {data.rows.map((each) => (
          <li key={each.enquiry_id} className={styles.talk}>
            <strong>{each.subject}</strong>
            <p className={styles.talkText}>{each.answer}</p>
            <span className={styles.quiet}>
              {t.askedBy(each.answered_by)}
              <Button size="small" type="link" onClick={() => copy(each.answer)}>
                {t.copy}
              </Button>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

interface AskDialogProps {
  customerId?: number;
  customer?: string;
  /** The task at which one does not know on. */
  task?: Task;
  onClose: () => void;
}

/** Asks what one does not know, after a look at what was answered before. */
export function AskDialog({ customerId, customer, task, onClose }: AskDialogProps) {
  const t = useTexts(askTexts);
  const notices = useNotices();
  const queryClient = useQueryClient();
  const [text, setText] = useState("");
  const [tried, setTried] = useState(false);
  const wanted = useDebounced(text.trim(), 400);
  const asking = useMutation({
    mutationFn: ask,
    onSuccess: async () => {
      notices.done(t.sent);
      onClose();
      await queryClient.invalidateQueries({ queryKey: [ENQUIRIES] });
    },
    onError: notices.failed,
  });
  const isOfJourney = task?.source === "journey";
  const submit = () => {
    setTried(true);
    if (!text.trim()) return;
    asking.mutate({
      text,
      customer_id: customerId ?? null,
      task_id: task?.task_id ?? null,
      script_id: task?.script_id ?? null,
      journey_id: isOfJourney ? task.definition_id : null,
      step: isOfJourney && task.definition_id !== null ? task.step : null,
    });
  };
  return (
    <Modal
      open
      title={customer ? t.askAbout(customer) : t.ask}
      okText={t.send}
      cancelText={t.cancel}
      confirmLoading={asking.isPending}
      onOk={submit}
      onCancel={onClose}
    >
      <div className={styles.form}>
        {task && <p className={styles.quiet}>{task.title}</p>}
        <Field label={t.question} note={t.questionNote} error={tried && !text.trim() ? t.needed : null}>
          {(control) => (
            <Input.TextArea
              {...control}
              maxLength={2000}
              autoSize={{ minRows: 3, maxRows: 10 }}
              value={text}
              onChange={(event) => setText(event.target.value)}
            />
          )}
        </Field>
        <Similar text={wanted} />
      </div>
    </Modal>
  );
}
