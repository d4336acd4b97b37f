import { schemeSource } from "@/api/sources";
import type { RfmCondition } from "@/api/types";
import { useLanguage } from "@/shared/i18n/language-context";
import { useTexts } from "@/shared/i18n/texts";
import { conditionsTexts } from "../conditions-texts";
import { below } from "../edit-tree";
import { marked, Word, type FieldsProps } from "../fields/basics";
import { PickSeveralField } from "../fields/pick-field";
import { PickOne, useNamed } from "@/shared/ui/picker";
import styles from "../builder.module.css";

export function RfmFields({ condition, fault, onChange }: FieldsProps<RfmCondition>) {
  const t = useTexts(conditionsTexts);
  const { language } = useLanguage();
  const chosen = useNamed(schemeSource, condition.scheme_id ? [condition.scheme_id] : []).get(
    condition.scheme_id,
  );
  return (
    <>
      <PickOne
        source={schemeSource}
        label={t.scheme}
        className={styles.pick}
        placeholder={t.scheme}
        fits={({ status }) => status === "live"}
        value={condition.scheme_id || null}
        status={marked(below(fault, "scheme_id") !== null)}
        onChange={(schemeId) =>
          schemeId !== null && onChange({ ...condition, scheme_id: schemeId, cells: [] })
        }
      />
      <Word>{t.standsOn}</Word>
      <PickSeveralField
        label={t.cells}
        options={chosen?.definition.cells.map((each) => ({ value: each.key, label: each[language] }))}
        value={condition.cells}
        fault={below(fault, "cells") !== null}
        onChange={(cells) => onChange({ ...condition, cells })}
      />
    </>
  );
}
