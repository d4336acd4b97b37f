import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { Modal, Select } from "antd";
import { useState } from "react";
import { useNavigate } from "react-router";
import { customerListQuery } from "@/api/customers";
import { mergeCustomers } from "@/api/merges";
import type { Customer } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { Field } from "@/shared/ui/field";
import { TYPING_PAUSE_MS, useDebounced } from "@/shared/ui/use-debounced";
import { useNotices } from "@/shared/ui/use-notices";
import { identityTexts } from "./identity-texts";
import { ReasonField, useReason } from "./reason-field";
import styles from "./identity-panel.module.css";

const OFFERED_MAX = 20;

/** Choosing another customer who is the same person. */
export function JoinDialog({ customer, onClose }: { customer: Customer; onClose: () => void }) {
  const t = useTexts(identityTexts);
  const notices = useNotices();
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const reason = useReason();
  const [typed, setTyped] = useState("");
  const [other, setOther] = useState<number | null>(null);
  const [tried, setTried] = useState(false);
  const q = useDebounced(typed, TYPING_PAUSE_MS).trim();
  const list = useInfiniteQuery({ ...customerListQuery({ q: q || undefined }), enabled: q !== "" });
  const found = q ? (list.data?.pages[0]?.rows ?? []) : [];
  const joining = useMutation({
    mutationFn: (given: { other: number; reason: string }) =>
      mergeCustomers({ customer_ids: [customer.customer_id, given.other], reason: given.reason }),
    onSuccess: async ({ customer_id: now }) => {
      onClose();
      notices.done(t.joined);
      if (now !== customer.customer_id) await navigate(`/customers/${now}`, { replace: true });
      await queryClient.invalidateQueries();
    },
    onError: notices.failed,
  });
  const submit = () => {
    setTried(true);
    const given = reason.take();
    if (given && other !== null) joining.mutate({ other, reason: given });
  };
  return (
    <Modal
      open
      title={t.joinTitle}
      okText={t.join}
      cancelText={t.cancel}
      confirmLoading={joining.isPending}
      onOk={submit}
      onCancel={onClose}
    >
      <div className={styles.form}>
        <p>{t.joinText}</p>
        <Field label={t.joinWith} error={tried && other === null ? t.customerNeeded : null}>
          {(control) => (
            <Select
              {...control}
              aria-label={t.joinWith}
              showSearch={{ filterOption: false, onSearch: setTyped }}
              placeholder={t.joinPlaceholder}
              value={other}
              onChange={setOther}
              loading={list.isFetching}
              notFoundContent={null}
              options={found
                .filter((row) => row.customer_id !== customer.customer_id)
                .slice(0, OFFERED_MAX)
                .map((row) => ({
                  value: row.customer_id,
                  label: (
                    <span className={styles.found}>
                      {row.display_name}
                      <span className={styles.quiet}>{row.contact_masked}</span>
                    </span>
                  ),
                }))}
            />
          )}
        </Field>
        <ReasonField reason={reason} onEnter={submit} />
      </div>
    </Modal>
  );
}
