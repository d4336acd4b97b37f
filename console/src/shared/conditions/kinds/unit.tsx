import { useQuery } from "@tanstack/react-query";
import { unitsQuery } from "@/api/company";
import type { UnitCondition } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { conditionsTexts } from "../conditions-texts";
import { Word, type FieldsProps } from "../fields/basics";
import { PickSeveralField } from "../fields/pick-field";

export function UnitFields({ condition, fault, onChange }: FieldsProps<UnitCondition>) {
  const t = useTexts(conditionsTexts);
  const { data } = useQuery(unitsQuery());
  return (
    <>
      <Word>{t.belongsTo}</Word>
      <PickSeveralField
        label={t.units_}
        options={data?.rows.map(({ unit_id: value, name: label }) => ({ value, label }))}
        value={condition.unit_ids}
        fault={fault !== null}
        onChange={(unitIds) => onChange({ ...condition, unit_ids: unitIds })}
      />
    </>
  );
}
