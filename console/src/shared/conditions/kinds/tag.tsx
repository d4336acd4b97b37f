import { useQuery } from "@tanstack/react-query";
import { tagChoices } from "@/api/choices";
import type { TagCondition } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { conditionsTexts } from "../conditions-texts";
import { below } from "../edit-tree";
import { Choice, type FieldsProps } from "../fields/basics";
import { PickSeveralField } from "../fields/pick-field";

export function TagFields({ condition, fault, onChange }: FieldsProps<TagCondition>) {
  const t = useTexts(conditionsTexts);
  const { data } = useQuery(tagChoices());
  return (
    <>
      <Choice
        label={t.operator}
        value={condition.operator}
        words={t.tagOperators}
        keys={["any_of", "all_of"]}
        onChange={(operator) => onChange({ ...condition, operator })}
      />
      <PickSeveralField
        label={t.tags}
        options={data?.map(({ id: value, name: label }) => ({ value, label }))}
        value={condition.tag_ids}
        fault={below(fault, "tag_ids") !== null}
        onChange={(tagIds) => onChange({ ...condition, tag_ids: tagIds })}
      />
    </>
  );
}
