import type { StoppedCondition } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { conditionsTexts } from "../conditions-texts";
import { below } from "../edit-tree";
import { Whole, Word, type FieldsProps } from "../fields/basics";
import { DurationField } from "../fields/duration-field";
import { AddFilter, EventField, FiltersField } from "../fields/event-field";

export function StoppedFields({ condition, fault, onChange }: FieldsProps<StoppedCondition>) {
  const t = useTexts(conditionsTexts);
  const set = (change: Partial<StoppedCondition>) => onChange({ ...condition, ...change });
  return (
    <>
      <EventField value={condition.event} fault={fault} onChange={(event) => set({ event })} />
      <Word>{t.stoppedBefore}</Word>
      <DurationField
        value={condition.before}
        fault={below(fault, "before") !== null}
        onChange={(before) => set({ before })}
      />
      <Word>{t.stoppedAtLeast}</Word>
      <Whole
        label={t.value}
        min={1}
        value={condition.at_least}
        fault={below(fault, "at_least") !== null}
        onChange={(atLeast) => set({ at_least: atLeast })}
      />
      <Word>{t.stoppedSince}</Word>
      <DurationField
        value={condition.since}
        fault={below(fault, "since") !== null}
        onChange={(since) => set({ since })}
      />
      <AddFilter value={condition.where} onChange={(where) => set({ where })} />
      <FiltersField
        event={condition.event}
        value={condition.where}
        fault={fault}
        onChange={(where) => set({ where })}
      />
    </>
  );
}
