import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Input, InputNumber, Modal, Switch } from "antd";
import { useState } from "react";
import { saveCouponPool } from "@/api/promotions";
import type { CouponPool, CouponPoolDraft } from "@/api/types";
import { instantOf, localOf } from "@/shared/format/business-time";
import { useTexts } from "@/shared/i18n/texts";
import { Field } from "@/shared/ui/field";
import { useNotices } from "@/shared/ui/use-notices";
import { promotionsTexts } from "./promotions-texts";
import styles from "./promotions.module.css";

interface PoolFormProps {
  pool: CouponPool | null;
  onSaved?: (pool: CouponPool) => void;
  onClose: () => void;
}

/** What is said of a pool. */
export function PoolForm({ pool, onSaved, onClose }: PoolFormProps) {
  const t = useTexts(promotionsTexts);
  const notices = useNotices();
  const queryClient = useQueryClient();
  const [draft, setDraft] = useState<CouponPoolDraft>({
    name: pool?.name ?? "",
    note: pool?.note ?? "",
    valid_days: pool ? (pool.valid_days ?? null) : 30,
    ends_at: pool?.ends_at ?? null,
    customer_max: pool ? (pool.customer_max ?? null) : 1,
    low_stock: pool?.low_stock ?? 100,
    is_archived: pool?.is_archived ?? false,
  });
  const [tried, setTried] = useState(false);
  const set = (changed: Partial<CouponPoolDraft>) => setDraft({ ...draft, ...changed });
  const save = useMutation({
    mutationFn: () => saveCouponPool(pool?.pool_id ?? null, draft),
    onSuccess: async (saved) => {
      notices.done(t.saved);
      await queryClient.invalidateQueries({ queryKey: ["coupon-pools"] });
      onClose();
      onSaved?.(saved);
    },
    onError: notices.failed,
  });
  const submit = () => {
    setTried(true);
    if (draft.name.trim()) save.mutate();
  };
  const whole = (value: number | null) => (value === null ? null : Math.trunc(value));
  return (
    <Modal
      open
      title={pool ? t.edit : t.create}
      okText={t.save}
      cancelText={t.cancel}
      confirmLoading={save.isPending}
      onOk={submit}
      onCancel={onClose}
    >
      <div className={styles.form}>
        <Field label={t.name} error={tried && !draft.name.trim() ? t.needed : null}>
          {(control) => (
            <Input
              {...control}
              maxLength={60}
              value={draft.name}
              onChange={(event) => set({ name: event.target.value })}
            />
          )}
        </Field>
        <Field label={t.note}>
          {(control) => (
            <Input
              {...control}
              maxLength={500}
              placeholder={t.noteNote}
              value={draft.note}
              onChange={(event) => set({ note: event.target.value })}
            />
          )}
        </Field>
        <div className={styles.pair}>
          <Field label={t.validDays}>
            {(control) => (
              <InputNumber
                {...control}
                className={styles.wide ?? ""}
                min={1}
                max={3650}
                placeholder={t.noLimit}
                value={draft.valid_days ?? null}
                onChange={(value) => set({ valid_days: whole(value) })}
              />
            )}
          </Field>
          <Field label={t.endsAt}>
            {(control) => (
              <Input
                {...control}
                type="datetime-local"
                value={localOf(draft.ends_at ?? null)}
                onChange={(event) => set({ ends_at: instantOf(event.target.value) })}
              />
            )}
          </Field>
          <Field label={t.customerMax}>
            {(control) => (
              <InputNumber
                {...control}
                className={styles.wide ?? ""}
                min={1}
                max={1000}
                placeholder={t.noLimit}
                value={draft.customer_max ?? null}
                onChange={(value) => set({ customer_max: whole(value) })}
              />
            )}
          </Field>
          <Field label={t.lowStock} note={t.lowStockNote}>
            {(control) => (
              <InputNumber
                {...control}
                className={styles.wide ?? ""}
                min={0}
                max={5_000_000}
                value={draft.low_stock}
                onChange={(value) => set({ low_stock: whole(value) ?? 0 })}
              />
            )}
          </Field>
        </div>
        {pool && (
          <label className={styles.line}>
            <Switch checked={draft.is_archived} onChange={(is_archived) => set({ is_archived })} />
            {t.isArchived}
          </label>
        )}
      </div>
    </Modal>
  );
}
