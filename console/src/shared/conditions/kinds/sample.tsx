import { Input } from "antd";
import type { SampleCondition } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { Hint } from "@/shared/ui/hint";
import { conditionsTexts } from "../conditions-texts";
import { below } from "../edit-tree";
import { Amount, marked, Word, type FieldsProps } from "../fields/basics";
import styles from "../builder.module.css";

export function SampleFields({ condition, fault, onChange }: FieldsProps<SampleCondition>) {
  const t = useTexts(conditionsTexts);
  const set = (change: Partial<SampleCondition>) => onChange({ ...condition, ...change });
  return (
    <>
      <Input
        aria-label={t.sampleName}
        placeholder={t.sampleName}
        className={styles.text ?? ""}
        maxLength={200}
        status={marked(below(fault, "name") !== null)}
        value={condition.name}
        onChange={(event) => set({ name: event.target.value })}
      />
      <Hint label={t.sampleNameHint}>{t.sampleNameHint}</Hint>
      <Amount
        label={t.fromPercent}
        scale={1}
        value={condition.from_percent}
        fault={below(fault, "from_percent") !== null}
        onChange={(percent) => set({ from_percent: percent })}
      />
      <Word>% {t.to}</Word>
      <Amount
        label={t.toPercent}
        scale={1}
        value={condition.to_percent}
        fault={below(fault, "to_percent") !== null}
        onChange={(percent) => set({ to_percent: percent })}
      />
      <Word>%</Word>
    </>
  );
}
