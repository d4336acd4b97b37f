import { useQuery } from "@tanstack/react-query";
import { ladderChoicesQuery } from "@/api/choices";
import type { StageCondition } from "@/api/types";
import { useLanguage } from "@/shared/i18n/language-context";
import { useTexts } from "@/shared/i18n/texts";
import { conditionsTexts } from "../conditions-texts";
import { below } from "../edit-tree";
import { Word, type FieldsProps } from "../fields/basics";
import { PickField, PickSeveralField } from "../fields/pick-field";

export function StageFields({ condition, fault, onChange }: FieldsProps<StageCondition>) {
  const t = useTexts(conditionsTexts);
  const { language } = useLanguage();
  const { data } = useQuery(ladderChoicesQuery());
  const live = data?.rows.filter(({ status }) => status === "live");
  const chosen = data?.rows.find(({ ladder_id: id }) => id === condition.ladder_id);
  return (
    <>
      <PickField
        label={t.ladder}
        options={live?.map(({ ladder_id: value, name: label }) => ({ value, label }))}
        value={condition.ladder_id || null}
        fault={below(fault, "ladder_id") !== null}
        onChange={(ladderId) => onChange({ ...condition, ladder_id: ladderId, stages: [] })}
      />
      <Word>{t.standsOn}</Word>
      <PickSeveralField
        label={t.stages}
        options={
          data &&
          (chosen?.definition.stages ?? []).map((each) => ({ value: each.key, label: each[language] }))
        }
        value={condition.stages}
        fault={below(fault, "stages") !== null}
        onChange={(stages) => onChange({ ...condition, stages })}
      />
    </>
  );
}
