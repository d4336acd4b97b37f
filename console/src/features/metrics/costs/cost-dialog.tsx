import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Input, InputNumber, Modal } from "antd";
import { useState } from "react";
import { newKey } from "@/api/content";
import { correctCost, recordCosts } from "@/api/costs";
import type { CostRow, CostTold } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { Field } from "@/shared/ui/field";
import { useNotices } from "@/shared/ui/use-notices";
import { today } from "../periods";
import { costsTexts } from "./costs-texts";
import styles from "./costs.module.css";

const WORDS = ["channel", "campaign", "content"] as const;
const LENGTH_MAX = 100;

const toldOf = (row: CostRow | null): CostTold => ({
  spent_on: row?.spent_on ?? today(),
  amount_fen: row?.amount_fen ?? 0,
  channel: row?.channel ?? "",
  campaign: row?.campaign ?? "",
  content: row?.content ?? "",
  note: row?.note ?? "",
});

/** A cost that is added, or put in another's place. */
export function CostDialog({ row, onClose }: { row: CostRow | null; onClose: () => void }) {
  const t = useTexts(costsTexts);
  const notices = useNotices();
  const queryClient = useQueryClient();
  const [told, setTold] = useState(() => toldOf(row));
  const [yuan, setYuan] = useState<number | null>(row ? row.amount_fen / 100 : null);
  const isValid = yuan !== null && yuan >= 0 && told.spent_on !== "";
  const save = useMutation({
    mutationFn: async () => {
      const line = { ...told, amount_fen: Math.round((yuan ?? 0) * 100) };
      if (row) await correctCost(row.cost_id, line);
      else await recordCosts({ source: t.manual, lines: [{ ...line, key: newKey() }] });
    },
    onSuccess: async () => {
      notices.done(t.saved);
      await queryClient.invalidateQueries({ queryKey: ["costs"] });
      await queryClient.invalidateQueries({ queryKey: ["metrics"] });
      onClose();
    },
    onError: notices.failed,
  });
  return (
    <Modal
      open
      title={row ? t.editTitle : t.addTitle}
      okText={t.save}
      cancelText={t.cancel}
      okButtonProps={{ disabled: !isValid, loading: save.isPending }}
      onOk={() => save.mutate()}
      onCancel={onClose}
    >
      {row && <p>{t.editNote}</p>}
      <div className={styles.form}>
        <Field label={t.day} error={told.spent_on ? null : t.invalid}>
          {(control) => (
            <Input
              {...control}
              type="date"
              value={told.spent_on}
              onChange={({ target }) => setTold({ ...told, spent_on: target.value })}
            />
          )}
        </Field>
        <Field label={t.amountYuan} error={yuan === null || yuan >= 0 ? null : t.invalid}>
          {(control) => (
            <InputNumber<number>
              {...control}
              min={0}
              precision={2}
              style={{ width: "100%" }}
              value={yuan}
              onChange={setYuan}
            />
          )}
        </Field>
        {WORDS.map((word) => (
          <Field key={word} label={t[word]}>
            {(control) => (
              <Input
                {...control}
                maxLength={LENGTH_MAX}
                value={told[word]}
                onChange={({ target }) => setTold({ ...told, [word]: target.value })}
              />
            )}
          </Field>
        ))}
        <Field label={t.note}>
          {(control) => (
            <Input
              {...control}
              maxLength={LENGTH_MAX}
              value={told.note}
              onChange={({ target }) => setTold({ ...told, note: target.value })}
            />
          )}
        </Field>
      </div>
    </Modal>
  );
}
