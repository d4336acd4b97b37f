import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Input, Modal, Radio, Select } from "antd";
import { useId, useState } from "react";
import { recordConsent } from "@/api/consents";
import type { ConsentMatrix, NewConsent } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { useVocabulary } from "@/shared/i18n/vocabulary";
import { Field } from "@/shared/ui/field";
import { useNotices } from "@/shared/ui/use-notices";
import { consentTexts } from "./consent-texts";
import styles from "./consent-panel.module.css";

const ALL_CHANNELS = "*";
const KNOWN_CHANNELS = ["wecom", "official_account", "miniprogram", "sms", "mail", "aicall", "webhook"];

interface RecordDialogProps {
  customerId: number;
  matrix: ConsentMatrix;
  onClose: () => void;
}

/** Writing down what a customer said elsewhere, with its proof. */
export function RecordDialog({ customerId, matrix, onClose }: RecordDialogProps) {
  const t = useTexts(consentTexts);
  const vocabulary = useVocabulary();
  const notices = useNotices();
  const queryClient = useQueryClient();
  const legendId = useId();
  const [word, setWord] = useState<NewConsent>({
    purpose: matrix.purposes[0]?.name ?? "marketing",
    channel: ALL_CHANNELS,
    state: "withdrawn",
    notice: "",
    reference: "",
    policy_version: "",
    told_at: null,
  });
  const change = (changes: Partial<NewConsent>) => setWord({ ...word, ...changes });
  const byChannel = matrix.purposes.find((purpose) => purpose.name === word.purpose)?.by_channel ?? false;
  const spoken = matrix.cells.map((cell) => cell.channel).filter((channel) => channel !== ALL_CHANNELS);
  const channels = [ALL_CHANNELS, ...new Set([...spoken, ...KNOWN_CHANNELS])];
  const allNote = word.state === "granted" ? t.liftNote : t.allNote;
  const save = useMutation({
    mutationFn: () => recordConsent(customerId, word),
    onSuccess: async () => {
      onClose();
      notices.done(t.saved);
      await Promise.all(
        ["consents", "customer", "timeline"].map((key) =>
          queryClient.invalidateQueries({ queryKey: [key, customerId] }),
        ),
      );
    },
    onError: notices.failed,
  });
  return (
    <Modal
      open
      title={t.recordTitle}
      okText={t.save}
      cancelText={t.cancel}
      confirmLoading={save.isPending}
      onOk={() => save.mutate()}
      onCancel={onClose}
    >
      <div className={styles.form}>
        <p className={styles.meaning}>{t.recordText}</p>
        <div className={styles.pair}>
          <Field label={t.purpose}>
            {(control) => (
              <Select
                {...control}
                aria-label={t.purpose}
                value={word.purpose}
                onChange={(purpose) => change({ purpose, channel: ALL_CHANNELS })}
                options={matrix.purposes.map(({ name }) => ({
                  value: name,
                  label: vocabulary.say("purposes", name),
                }))}
              />
            )}
          </Field>
          <Field label={t.channel} note={byChannel && word.channel === ALL_CHANNELS && allNote}>
            {(control) => (
              <Select
                {...control}
                aria-label={t.channel}
                disabled={!byChannel}
                value={word.channel}
                onChange={(channel) => change({ channel })}
                options={channels.map((value) => ({ value, label: vocabulary.say("channels", value) }))}
              />
            )}
          </Field>
        </div>
        <div role="group" aria-labelledby={legendId}>
          <span id={legendId} className={styles.legendName}>
            {t.says}
          </span>
          <Radio.Group
            value={word.state}
            onChange={(event) => change({ state: event.target.value as NewConsent["state"] })}
            options={[
              { value: "withdrawn", label: t.no },
              { value: "granted", label: t.yes },
            ]}
          />
        </div>
        <Field label={t.notice}>
          {(control) => (
            <Input.TextArea
              {...control}
              maxLength={2000}
              autoSize={{ minRows: 2, maxRows: 6 }}
              placeholder={t.noticePlaceholder}
              value={word.notice}
              onChange={(event) => change({ notice: event.target.value })}
            />
          )}
        </Field>
        <div className={styles.pair}>
          <Field label={t.reference}>
            {(control) => (
              <Input
                {...control}
                maxLength={500}
                placeholder={t.referencePlaceholder}
                value={word.reference}
                onChange={(event) => change({ reference: event.target.value })}
              />
            )}
          </Field>
          <Field label={t.policyVersion}>
            {(control) => (
              <Input
                {...control}
                maxLength={100}
                value={word.policy_version}
                onChange={(event) => change({ policy_version: event.target.value })}
              />
            )}
          </Field>
        </div>
      </div>
    </Modal>
  );
}
