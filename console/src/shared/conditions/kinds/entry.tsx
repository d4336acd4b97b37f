import type { EntryCondition } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { useBook } from "../book";
import { conditionsTexts } from "../conditions-texts";
import { NamesField, Word, type FieldsProps } from "../fields/basics";

export function EntryFields({ condition, fault, onChange }: FieldsProps<EntryCondition>) {
  const t = useTexts(conditionsTexts);
  const { entryChannels } = useBook();
  return (
    <>
      <Word>{t.cameBy}</Word>
      <NamesField
        label={t.channels}
        topic="channels"
        value={condition.channels}
        names={entryChannels}
        fault={fault !== null}
        onChange={(channels) => onChange({ ...condition, channels })}
      />
    </>
  );
}
