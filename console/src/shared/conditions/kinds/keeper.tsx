import type { KeeperCondition } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { staffSource } from "@/api/sources";
import { PickSome } from "@/shared/ui/picker";
import styles from "../builder.module.css";
import { conditionsTexts } from "../conditions-texts";
import { marked, Word, type FieldsProps } from "../fields/basics";

export function KeeperFields({ condition, fault, onChange }: FieldsProps<KeeperCondition>) {
  const t = useTexts(conditionsTexts);
  return (
    <>
      <Word>{t.keptBy}</Word>
      <PickSome
        source={staffSource}
        label={t.staff}
        placeholder={t.staff}
        className={styles.values}
        status={marked(fault !== null)}
        value={condition.staff_ids}
        onChange={(staffIds) => onChange({ ...condition, staff_ids: staffIds })}
      />
    </>
  );
}
