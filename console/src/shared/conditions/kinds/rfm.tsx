import { useQuery } from "@tanstack/react-query";
import { rfmChoicesQuery } from "@/api/choices";
import type { RfmCondition } from "@/api/types";
import { useLanguage } from "@/shared/i18n/language-context";
import { useTexts } from "@/shared/i18n/texts";
import { conditionsTexts } from "../conditions-texts";
import { below } from "../edit-tree";
import { Word, type FieldsProps } from "../fields/basics";
import { PickField, PickSeveralField } from "../fields/pick-field";

export function RfmFields({ condition, fault, onChange }: FieldsProps<RfmCondition>) {
  const t = useTexts(conditionsTexts);
  const { language } = useLanguage();
  const { data } = useQuery(rfmChoicesQuery());
  const live = data?.rows.filter(({ status }) => status === "live");
  const chosen = data?.rows.find(({ scheme_id: id }) => id === condition.scheme_id);
  return (
    <>
      <PickField
        label={t.scheme}
        options={live?.map(({ scheme_id: value, name: label }) => ({ value, label }))}
        value={condition.scheme_id || null}
        fault={below(fault, "scheme_id") !== null}
        onChange={(schemeId) => onChange({ ...condition, scheme_id: schemeId, cells: [] })}
      />
      <Word>{t.standsOn}</Word>
      <PickSeveralField
        label={t.cells}
        options={
          data && (chosen?.definition.cells ?? []).map((each) => ({ value: each.key, label: each[language] }))
        }
        value={condition.cells}
        fault={below(fault, "cells") !== null}
        onChange={(cells) => onChange({ ...condition, cells })}
      />
    </>
  );
}
