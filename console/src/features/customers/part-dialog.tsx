import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Checkbox, Modal } from "antd";
import { useState, type ReactNode } from "react";
import { useNavigate } from "react-router";
import { splitCustomer } from "@/api/merges";
import type { Customer, LinkedIdentity, MergeRow, NewSplit } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { useVocabulary } from "@/shared/i18n/vocabulary";
import { useNotices } from "@/shared/ui/use-notices";
import { identityTexts } from "./identity-texts";
import { ReasonField, useReason } from "./reason-field";
import styles from "./identity-panel.module.css";

function useSplit(customer: Customer, onClose: () => void) {
  const t = useTexts(identityTexts);
  const notices = useNotices();
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: (split: NewSplit) => splitCustomer(customer.customer_id, split),
    onSuccess: async ({ customer_id: now, new_customer_id: other }) => {
      onClose();
      notices.done(t.parted(other));
      if (now !== customer.customer_id) await navigate(`/customers/${now}`, { replace: true });
      await queryClient.invalidateQueries();
    },
    onError: notices.failed,
  });
}

interface SplitFormProps {
  title: string;
  text: string;
  okText: string;
  ready: boolean;
  customer: Customer;
  split: () => Omit<NewSplit, "reason">;
  onClose: () => void;
  children: ReactNode;
}

function SplitForm({ title, text, okText, ready, customer, split, onClose, children }: SplitFormProps) {
  const t = useTexts(identityTexts);
  const reason = useReason();
  const parting = useSplit(customer, onClose);
  const submit = () => {
    const given = reason.take();
    if (given && ready) parting.mutate({ ...split(), reason: given });
  };
  return (
    <Modal
      open
      title={title}
      okText={okText}
      okButtonProps={{ disabled: !ready }}
      cancelText={t.cancel}
      confirmLoading={parting.isPending}
      onOk={submit}
      onCancel={onClose}
    >
      <div className={styles.form}>
        <p>{text}</p>
        {children}
        <ReasonField reason={reason} onEnter={submit} />
      </div>
    </Modal>
  );
}

/** Undoing one merge: those it brought go again. */
export function UndoDialog({
  customer,
  row,
  onClose,
}: {
  customer: Customer;
  row: MergeRow;
  onClose: () => void;
}) {
  const t = useTexts(identityTexts);
  return (
    <SplitForm
      title={t.undoTitle}
      text={t.undoText}
      okText={t.undo}
      ready
      customer={customer}
      split={() => ({ profile_ids: [], merge_id: row.merge_id })}
      onClose={onClose}
    >
      <ul className={styles.choices}>
        {row.identities.map((each) => (
          <li key={each.profile_id} className={styles.choice}>
            <IdentityName identity={each} />
          </li>
        ))}
      </ul>
    </SplitForm>
  );
}

/** Taking out the identities that somebody chooses. */
export function PartDialog({ customer, onClose }: { customer: Customer; onClose: () => void }) {
  const t = useTexts(identityTexts);
  const [chosen, setChosen] = useState<readonly number[]>([]);
  const all = customer.identities.length;
  const toggle = (id: number) =>
    setChosen(chosen.includes(id) ? chosen.filter((each) => each !== id) : [...chosen, id]);
  return (
    <SplitForm
      title={t.partTitle}
      text={t.partText}
      okText={t.part}
      ready={chosen.length > 0 && chosen.length < all}
      customer={customer}
      split={() => ({ profile_ids: [...chosen], merge_id: null })}
      onClose={onClose}
    >
      <div className={styles.choices}>
        {customer.identities.map((each) => (
          <Checkbox
            key={each.profile_id}
            className={styles.choice ?? ""}
            checked={chosen.includes(each.profile_id)}
            onChange={() => toggle(each.profile_id)}
          >
            <IdentityName identity={each} />
          </Checkbox>
        ))}
      </div>
      <p className={styles.quiet} aria-live="polite">
        {chosen.length === all ? t.chooseSome : t.chosen(chosen.length, all)}
      </p>
    </SplitForm>
  );
}

function IdentityName({ identity }: { identity: Pick<LinkedIdentity, "kind" | "value_masked"> }) {
  const vocabulary = useVocabulary();
  return (
    <>
      <span className={styles.kind}>{vocabulary.say("identities", identity.kind)}</span>{" "}
      {identity.value_masked}
    </>
  );
}
