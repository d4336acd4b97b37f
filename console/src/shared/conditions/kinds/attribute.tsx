import type { AttributeCondition } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { useBook } from "../book";
import { conditionsTexts } from "../conditions-texts";
import { below } from "../edit-tree";
import { NameField, type FieldsProps } from "../fields/basics";
import { ComparisonField } from "../fields/comparison-field";

export function AttributeFields({ condition, fault, onChange }: FieldsProps<AttributeCondition>) {
  const t = useTexts(conditionsTexts);
  const { attributes } = useBook();
  return (
    <>
      <NameField
        label={t.attribute}
        topic="attributes"
        value={condition.name}
        names={attributes.map(({ name }) => name)}
        fault={below(fault, "name") !== null}
        onChange={(name) => onChange({ kind: "attribute", name, operator: "is", value: null })}
      />
      <ComparisonField
        compared={condition}
        name={condition.name}
        named={attributes.find(({ name }) => name === condition.name)}
        takesDays
        fault={fault}
        onChange={onChange}
      />
    </>
  );
}
