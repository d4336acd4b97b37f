import type { IdentityCondition } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { useBook } from "../book";
import { conditionsTexts } from "../conditions-texts";
import { NamesField, Word, type FieldsProps } from "../fields/basics";

export function IdentityFields({ condition, fault, onChange }: FieldsProps<IdentityCondition>) {
  const t = useTexts(conditionsTexts);
  const { identityKinds } = useBook();
  return (
    <>
      <Word>{t.knownBy}</Word>
      <NamesField
        label={t.identities}
        topic="identities"
        value={condition.identities}
        names={identityKinds}
        fault={fault !== null}
        onChange={(identities) => onChange({ ...condition, identities })}
      />
    </>
  );
}
