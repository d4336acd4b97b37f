import { useQuery } from "@tanstack/react-query";
import { ladderChoices } from "@/api/choices";
import type { StageCondition } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { conditionsTexts } from "../conditions-texts";
import { below } from "../edit-tree";
import { NamesField, Word, type FieldsProps } from "../fields/basics";
import { PickField } from "../fields/pick-field";

export function StageFields({ condition, fault, onChange }: FieldsProps<StageCondition>) {
  const t = useTexts(conditionsTexts);
  const { data } = useQuery(ladderChoices());
  return (
    <>
      <PickField
        label={t.ladder}
        options={data?.map(({ id: value, name: label }) => ({ value, label }))}
        value={condition.ladder_id || null}
        fault={below(fault, "ladder_id") !== null}
        onChange={(ladderId) => onChange({ ...condition, ladder_id: ladderId, stages: [] })}
      />
      <Word>{t.standsOn}</Word>
      <NamesField
        label={t.stages}
        topic="attributes"
        value={condition.stages}
        names={[]}
        fault={below(fault, "stages") !== null}
        onChange={(stages) => onChange({ ...condition, stages })}
      />
    </>
  );
}
