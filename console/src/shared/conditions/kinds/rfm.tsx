import { useQuery } from "@tanstack/react-query";
import { schemeChoices } from "@/api/choices";
import type { RfmCondition } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { conditionsTexts } from "../conditions-texts";
import { below } from "../edit-tree";
import { NamesField, Word, type FieldsProps } from "../fields/basics";
import { PickField } from "../fields/pick-field";

export function RfmFields({ condition, fault, onChange }: FieldsProps<RfmCondition>) {
  const t = useTexts(conditionsTexts);
  const { data } = useQuery(schemeChoices());
  return (
    <>
      <PickField
        label={t.scheme}
        options={data?.map(({ id: value, name: label }) => ({ value, label }))}
        value={condition.scheme_id || null}
        fault={below(fault, "scheme_id") !== null}
        onChange={(schemeId) => onChange({ ...condition, scheme_id: schemeId, cells: [] })}
      />
      <Word>{t.standsOn}</Word>
      <NamesField
        label={t.cells}
        topic="attributes"
        value={condition.cells}
        names={[]}
        fault={below(fault, "cells") !== null}
        onChange={(cells) => onChange({ ...condition, cells })}
      />
    </>
  );
}
