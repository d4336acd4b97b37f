import { UploadOutlined } from "@ant-design/icons";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Input, InputNumber, Modal, Upload } from "antd";
import { useState } from "react";
import { addCoupons, makeCoupons } from "@/api/promotions";
import type { CouponsAdded } from "@/api/types";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTexts } from "@/shared/i18n/texts";
import { Field } from "@/shared/ui/field";
import { useNotices } from "@/shared/ui/use-notices";
import { promotionsTexts } from "./promotions-texts";
import styles from "./promotions.module.css";

interface DialogProps {
  poolId: number;
  onClose: () => void;
}

const EXAMPLE = "7KXQ2MRD9TPWBCVG4HNY6ZEJ";

function useAdded(onClose: () => void) {
  const t = useTexts(promotionsTexts);
  const n = useNumberFormat();
  const notices = useNotices();
  const queryClient = useQueryClient();
  return async (added: CouponsAdded) => {
    const more = [
      added.repeated > 0 && t.repeated(n.whole(added.repeated)),
      added.bad > 0 && t.bad(n.whole(added.bad)),
    ];
    notices.done([t.added(n.whole(added.added)), ...more].filter(Boolean).join(" · "));
    await queryClient.invalidateQueries({ queryKey: ["coupon-pools"] });
    await queryClient.invalidateQueries({ queryKey: ["coupons"] });
    onClose();
  };
}

/** Codes of a shop, pasted or from a file. */
export function AddCodes({ poolId, onClose }: DialogProps) {
  const t = useTexts(promotionsTexts);
  const notices = useNotices();
  const onAdded = useAdded(onClose);
  const [text, setText] = useState("");
  const add = useMutation({
    mutationFn: () => addCoupons(poolId, text),
    onSuccess: onAdded,
    onError: notices.failed,
  });
  return (
    <Modal
      open
      title={t.addTitle}
      okText={t.add}
      cancelText={t.cancel}
      okButtonProps={{ disabled: !text.trim() }}
      confirmLoading={add.isPending}
      onOk={() => add.mutate()}
      onCancel={onClose}
    >
      <div className={styles.form}>
        <Field label={t.addLabel} note={t.addNote}>
          {(control) => (
            <Input.TextArea
              {...control}
              className={styles.code ?? ""}
              autoSize={{ minRows: 6, maxRows: 14 }}
              value={text}
              onChange={(event) => setText(event.target.value)}
            />
          )}
        </Field>
        <Upload
          accept=".csv,.txt,text/csv,text/plain"
          showUploadList={false}
          beforeUpload={(file) => {
            void file.text().then(setText, notices.failed);
            return false;
          }}
        >
          <Button icon={<UploadOutlined aria-hidden />}>{t.file}</Button>
        </Upload>
      </div>
    </Modal>
  );
}

/** Codes that are made here. */
export function MakeCodes({ poolId, onClose }: DialogProps) {
  const t = useTexts(promotionsTexts);
  const notices = useNotices();
  const onAdded = useAdded(onClose);
  const [wanted, setWanted] = useState({ count: 1000, prefix: "", letters: 10 });
  const make = useMutation({
    mutationFn: () => makeCoupons(poolId, wanted),
    onSuccess: onAdded,
    onError: notices.failed,
  });
  const set = (changed: Partial<typeof wanted>) => setWanted({ ...wanted, ...changed });
  const whole = (value: number | null, otherwise: number) => (value === null ? otherwise : Math.trunc(value));
  return (
    <Modal
      open
      title={t.makeTitle}
      okText={t.make}
      cancelText={t.cancel}
      confirmLoading={make.isPending}
      onOk={() => make.mutate()}
      onCancel={onClose}
    >
      <div className={styles.form}>
        <div className={styles.pair}>
          <Field label={t.count}>
            {(control) => (
              <InputNumber
                {...control}
                className={styles.wide ?? ""}
                min={1}
                max={100_000}
                value={wanted.count}
                onChange={(value) => set({ count: whole(value, 1) })}
              />
            )}
          </Field>
          <Field label={t.letters}>
            {(control) => (
              <InputNumber
                {...control}
                className={styles.wide ?? ""}
                min={6}
                max={24}
                value={wanted.letters}
                onChange={(value) => set({ letters: whole(value, 10) })}
              />
            )}
          </Field>
          <Field
            label={t.prefix}
            note={t.example(wanted.prefix.toUpperCase() + EXAMPLE.slice(0, wanted.letters))}
          >
            {(control) => (
              <Input
                {...control}
                maxLength={12}
                value={wanted.prefix}
                onChange={(event) => set({ prefix: event.target.value })}
              />
            )}
          </Field>
        </div>
      </div>
    </Modal>
  );
}
