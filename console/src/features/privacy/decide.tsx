import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Modal } from "antd";
import { useState } from "react";
import { approveErasures, declineErasures } from "@/api/privacy";
import type { PrivacyRequest } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { useNotices } from "@/shared/ui/use-notices";
import { useWord, WordField } from "@/shared/ui/word-field";
import { privacyTexts } from "./privacy-texts";
import styles from "./privacy-page.module.css";

function ApproveDialog({ row, onClose }: { row: PrivacyRequest; onClose: () => void }) {
  const t = useTexts(privacyTexts);
  const notices = useNotices();
  const queryClient = useQueryClient();
  const word = useWord();
  const approving = useMutation({
    mutationFn: (typed: string) => approveErasures([row.request_id], typed),
    onSuccess: async () => {
      onClose();
      notices.done(t.approved);
      await queryClient.invalidateQueries({ queryKey: ["privacy"] });
    },
    onError: notices.failed,
  });
  const submit = () => {
    const typed = word.take();
    if (typed) approving.mutate(typed);
  };
  return (
    <Modal
      open
      title={`${t.approveTitle(1)} · ${row.customer || t.customer(row.customer_id)}`}
      okText={t.confirm}
      okButtonProps={{ danger: true, disabled: !word.is }}
      cancelText={t.cancel}
      confirmLoading={approving.isPending}
      onOk={submit}
      onCancel={onClose}
    >
      <div className={styles.form}>
        <p>{t.approveText}</p>
        <WordField word={word} onEnter={submit} />
      </div>
    </Modal>
  );
}

/** Approving or declining what somebody asked for. */
export function Decide({ row }: { row: PrivacyRequest }) {
  const t = useTexts(privacyTexts);
  const may = useMay();
  const notices = useNotices();
  const queryClient = useQueryClient();
  const [open, setOpen] = useState(false);
  const declining = useMutation({
    mutationFn: () => declineErasures([row.request_id]),
    onSuccess: async () => {
      notices.done(t.declined);
      await queryClient.invalidateQueries({ queryKey: ["privacy"] });
    },
    onError: notices.failed,
  });
  if (!may(rights.eraseCustomers)) return null;
  return (
    <span className={styles.actions}>
      <Button size="small" loading={declining.isPending} onClick={() => declining.mutate()}>
        {t.decline}
      </Button>
      <Button size="small" danger onClick={() => setOpen(true)}>
        {t.approve}
      </Button>
      {open && <ApproveDialog row={row} onClose={() => setOpen(false)} />}
    </span>
  );
}
