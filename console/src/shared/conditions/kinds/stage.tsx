import { ladderSource } from "@/api/sources";
import type { StageCondition } from "@/api/types";
import { useLanguage } from "@/shared/i18n/language-context";
import { useTexts } from "@/shared/i18n/texts";
import { conditionsTexts } from "../conditions-texts";
import { below } from "../edit-tree";
import { marked, Word, type FieldsProps } from "../fields/basics";
import { PickSeveralField } from "../fields/pick-field";
import { PickOne, useNamed } from "@/shared/ui/picker";
import styles from "../builder.module.css";

export function StageFields({ condition, fault, onChange }: FieldsProps<StageCondition>) {
  const t = useTexts(conditionsTexts);
  const { language } = useLanguage();
  const chosen = useNamed(ladderSource, condition.ladder_id ? [condition.ladder_id] : []).get(
    condition.ladder_id,
  );
  return (
    <>
      <PickOne
        source={ladderSource}
        label={t.ladder}
        className={styles.pick}
        placeholder={t.ladder}
        fits={({ status }) => status === "live"}
        value={condition.ladder_id || null}
        status={marked(below(fault, "ladder_id") !== null)}
        onChange={(ladderId) =>
          ladderId !== null && onChange({ ...condition, ladder_id: ladderId, stages: [] })
        }
      />
      <Word>{t.standsOn}</Word>
      <PickSeveralField
        label={t.stages}
        options={chosen?.definition.stages.map((each) => ({ value: each.key, label: each[language] }))}
        value={condition.stages}
        fault={below(fault, "stages") !== null}
        onChange={(stages) => onChange({ ...condition, stages })}
      />
    </>
  );
}
