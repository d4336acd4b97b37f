import type { ActedCondition } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { conditionsTexts } from "../conditions-texts";
import { below } from "../edit-tree";
import { Word, type FieldsProps } from "../fields/basics";
import { WindowField } from "../fields/window-field";

export function ActedFields({ condition, fault, onChange }: FieldsProps<ActedCondition>) {
  const t = useTexts(conditionsTexts);
  return (
    <>
      <WindowField
        value={condition.window}
        fault={below(fault, "window")}
        onChange={(window) => onChange({ ...condition, window })}
      />
      <Word>{t.actedAtAll}</Word>
    </>
  );
}
