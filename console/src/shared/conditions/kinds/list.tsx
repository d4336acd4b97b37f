import type { ListCondition } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { listSource } from "@/api/sources";
import { PickOne } from "@/shared/ui/picker";
import styles from "../builder.module.css";
import { conditionsTexts } from "../conditions-texts";
import { marked, Word, type FieldsProps } from "../fields/basics";

export function ListFields({ condition, fault, onChange }: FieldsProps<ListCondition>) {
  const t = useTexts(conditionsTexts);
  return (
    <>
      <Word>{t.onList}</Word>
      <PickOne
        source={listSource}
        label={t.list}
        placeholder={t.list}
        className={styles.pick}
        status={marked(fault !== null)}
        value={condition.list_id || null}
        onChange={(id) => id !== null && onChange({ ...condition, list_id: id })}
      />
    </>
  );
}
