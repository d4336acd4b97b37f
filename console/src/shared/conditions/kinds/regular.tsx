import type { RegularCondition } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { conditionsTexts } from "../conditions-texts";
import { below } from "../edit-tree";
import { Choice, Whole, Word, type FieldsProps } from "../fields/basics";
import { AddFilter, EventField, FiltersField } from "../fields/event-field";

const PERIODS_MAX = 60;

export function RegularFields({ condition, fault, onChange }: FieldsProps<RegularCondition>) {
  const t = useTexts(conditionsTexts);
  const set = (change: Partial<RegularCondition>) => onChange({ ...condition, ...change });
  const unit = t.regularUnits[condition.unit];
  return (
    <>
      <Word>{t.ofLast}</Word>
      <Whole
        label={t.periods}
        min={2}
        max={PERIODS_MAX}
        value={condition.periods}
        fault={below(fault, "periods") !== null}
        onChange={(periods) => set({ periods, at_least: Math.min(condition.at_least, periods) })}
      />
      <Choice
        label={t.unit}
        value={condition.unit}
        words={t.regularUnits}
        keys={["day", "week"]}
        onChange={(next) => set({ unit: next })}
      />
      <Word>{t.regularMiddle}</Word>
      <Whole
        label={t.regularAtLeast}
        min={1}
        max={condition.periods}
        value={condition.at_least}
        fault={below(fault, "at_least") !== null}
        onChange={(atLeast) => set({ at_least: atLeast })}
      />
      <Word>{t.regularEnd(unit)}</Word>
      <EventField value={condition.event} fault={fault} onChange={(event) => set({ event })} />
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
