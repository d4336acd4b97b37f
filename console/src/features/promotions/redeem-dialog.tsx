import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Input, Modal } from "antd";
import { useState } from "react";
import { redeemCoupon } from "@/api/promotions";
import { useTexts } from "@/shared/i18n/texts";
import { Field } from "@/shared/ui/field";
import { useNotices } from "@/shared/ui/use-notices";
import { promotionsTexts } from "./promotions-texts";
import styles from "./promotions.module.css";

/** A code was used, at the till or on the telephone. */
export function RedeemDialog({ onClose }: { onClose: () => void }) {
  const t = useTexts(promotionsTexts);
  const notices = useNotices();
  const queryClient = useQueryClient();
  const [code, setCode] = useState("");
  const [order, setOrder] = useState("");
  const [tried, setTried] = useState(false);
  const redeem = useMutation({
    mutationFn: () => redeemCoupon(code.trim(), order.trim()),
    onSuccess: async (used) => {
      notices.done(`${t.redeemed} · ${used.pool}`);
      await queryClient.invalidateQueries({ queryKey: ["coupon-pools"] });
      await queryClient.invalidateQueries({ queryKey: ["coupons"] });
      onClose();
    },
    onError: notices.failed,
  });
  const submit = () => {
    setTried(true);
    if (code.trim()) redeem.mutate();
  };
  return (
    <Modal
      open
      title={t.redeemTitle}
      okText={t.redeem}
      cancelText={t.cancel}
      confirmLoading={redeem.isPending}
      onOk={submit}
      onCancel={onClose}
    >
      <div className={styles.form}>
        <Field label={t.code} error={tried && !code.trim() ? t.needed : null}>
          {(control) => (
            <Input
              {...control}
              maxLength={64}
              value={code}
              onChange={(event) => setCode(event.target.value)}
              onPressEnter={submit}
            />
          )}
        </Field>
        <Field label={t.order}>
          {(control) => (
            <Input
              {...control}
              maxLength={200}
              value={order}
              onChange={(event) => setOrder(event.target.value)}
              onPressEnter={submit}
            />
          )}
        </Field>
      </div>
    </Modal>
  );
}
