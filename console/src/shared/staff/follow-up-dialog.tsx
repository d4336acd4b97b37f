import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Input, Modal, Segmented, Select } from "antd";
import { useState } from "react";
import { newKey } from "@/api/content";
import { LEADS, recordFollowUp } from "@/api/leads";
import { TASKS } from "@/api/tasks";
import type { Intent, NewFollowUp } from "@/api/types";
import { instantOf } from "@/shared/format/business-time";
import { presentTime } from "@/shared/format/present";
import { useTexts } from "@/shared/i18n/texts";
import { Field } from "@/shared/ui/field";
import { useNotices } from "@/shared/ui/use-notices";
import { staffTexts } from "./staff-texts";
import styles from "./staff.module.css";

const WAYS = ["call", "wecom", "visit", "other"] as const;
const INTENTS = ["", "high", "medium", "low"] as const;

interface FollowUpDialogProps {
  customerId: number;
  customer: string;
  intent?: Intent;
  onClose: () => void;
}

/** Writes down what was said with a customer, and when to talk again. */
export function FollowUpDialog({ customerId, customer, intent = "", onClose }: FollowUpDialogProps) {
  const t = useTexts(staffTexts);
  const notices = useNotices();
  const queryClient = useQueryClient();
  const [told, setTold] = useState<NewFollowUp>(() => ({
    follow_up_key: newKey(),
    way: "call",
    text: "",
    intent,
    next_at: null,
  }));
  const [next, setNext] = useState("");
  const [tried, setTried] = useState(false);
  const nextAt = instantOf(next);
  const isPast = nextAt !== null && new Date(nextAt) <= presentTime();
  const recording = useMutation({
    mutationFn: recordFollowUp,
    onSuccess: async () => {
      notices.done(t.followUpDone);
      onClose();
      await Promise.all(
        [[LEADS], [TASKS], ["timeline", customerId]].map((queryKey) =>
          queryClient.invalidateQueries({ queryKey }),
        ),
      );
    },
    onError: notices.failed,
  });
  const submit = () => {
    setTried(true);
    if (told.text.trim() && !isPast) recording.mutate({ customerId, told: { ...told, next_at: nextAt } });
  };
  return (
    <Modal
      open
      title={`${t.followUp} · ${customer}`}
      okText={t.save}
      cancelText={t.cancel}
      confirmLoading={recording.isPending}
      onOk={submit}
      onCancel={onClose}
    >
      <div className={styles.form}>
        <Segmented
          aria-label={t.way}
          value={told.way}
          options={WAYS.map((value) => ({ value, label: t.ways[value] }))}
          onChange={(way) => setTold({ ...told, way })}
        />
        <Field label={t.said} note={t.saidNote} error={tried && !told.text.trim() ? t.needed : null}>
          {(control) => (
            <Input.TextArea
              {...control}
              rows={4}
              maxLength={2000}
              value={told.text}
              onChange={(event) => setTold({ ...told, text: event.target.value })}
            />
          )}
        </Field>
        <div className={styles.pair}>
          <Field label={t.intent}>
            {(control) => (
              <Select
                {...control}
                value={told.intent}
                options={INTENTS.map((value) => ({ value, label: t.intents[value] }))}
                onChange={(value) => setTold({ ...told, intent: value })}
              />
            )}
          </Field>
          <Field label={t.nextAt} note={t.nextAtNote} error={isPast ? t.later : null}>
            {(control) => (
              <Input
                {...control}
                type="datetime-local"
                value={next}
                onChange={(event) => setNext(event.target.value)}
              />
            )}
          </Field>
        </div>
      </div>
    </Modal>
  );
}
