import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Modal, Select } from "antd";
import { useState } from "react";
import { approveErasures, askErasure, knownQuery } from "@/api/privacy";
import type { Customer, ErasureReason, KnownOfCustomer } from "@/api/types";
import { useNumberFormat } from "@/shared/format/number-format";
import { privacyWords, wordFor } from "@/shared/i18n/privacy-words";
import { useTexts } from "@/shared/i18n/texts";
import { ErrorState } from "@/shared/ui/error-state";
import { Field } from "@/shared/ui/field";
import { SkeletonLines } from "@/shared/ui/skeleton";
import { useNotices } from "@/shared/ui/use-notices";
import { useWord, WordField } from "@/shared/ui/word-field";
import { privacyTexts } from "./privacy-texts";
import styles from "./privacy-panel.module.css";

const REASONS: readonly ErasureReason[] = [
  "asked_by_customer",
  "consent_withdrawn",
  "no_longer_needed",
  "required_by_law",
];

function Sections({
  title,
  counts,
  goes,
}: {
  title: string;
  counts: KnownOfCustomer["goes"];
  goes?: boolean;
}) {
  const words = useTexts(privacyWords);
  const n = useNumberFormat();
  return (
    <section className={goes ? `${styles.list} ${styles.goes}` : styles.list}>
      <h3>{title}</h3>
      <ul>
        {Object.entries(counts)
          .filter(([, count]) => count > 0)
          .map(([section, count]) => (
            <li key={section}>
              <span>{wordFor(words.sections, section)}</span>
              <span>{n.whole(count)}</span>
            </li>
          ))}
      </ul>
    </section>
  );
}

/** Shows what goes and what stays, then asks for a word: nothing here happens by a slip. */
export function EraseDialog({ customer, onClose }: { customer: Customer; onClose: () => void }) {
  const t = useTexts(privacyTexts);
  const words = useTexts(privacyWords);
  const notices = useNotices();
  const queryClient = useQueryClient();
  const word = useWord();
  const [reason, setReason] = useState<ErasureReason>("asked_by_customer");
  const { data: known, error, refetch } = useQuery(knownQuery(customer.customer_id));
  const erasing = useMutation({
    mutationFn: async (typed: string) => {
      const request = await askErasure(customer.customer_id, reason);
      await approveErasures([request.request_id], typed);
    },
    onSuccess: async () => {
      onClose();
      notices.done(t.started);
      await queryClient.invalidateQueries();
    },
    onError: notices.failed,
  });
  const submit = () => {
    const typed = word.take();
    if (typed && known) erasing.mutate(typed);
  };
  return (
    <Modal
      open
      width={620}
      title={t.eraseTitle(customer.display_name)}
      okText={t.confirm}
      okButtonProps={{ danger: true, disabled: !word.is || !known }}
      cancelText={t.cancel}
      confirmLoading={erasing.isPending}
      onOk={submit}
      onCancel={onClose}
    >
      <div className={styles.form}>
        <p>{t.eraseText}</p>
        {error && !known ? (
          <ErrorState error={error} onRetry={() => void refetch()} />
        ) : known ? (
          <div className={styles.lists}>
            <Sections title={t.goes} counts={known.goes} goes />
            <Sections title={t.stays} counts={known.stays} />
          </div>
        ) : (
          <SkeletonLines lines={4} />
        )}
        <p className={styles.quiet}>{t.staysNote}</p>
        <Field label={t.reason}>
          {(control) => (
            <Select
              {...control}
              value={reason}
              onChange={setReason}
              options={REASONS.map((each) => ({ value: each, label: words.reasons[each] }))}
            />
          )}
        </Field>
        <WordField word={word} onEnter={submit} />
      </div>
    </Modal>
  );
}
