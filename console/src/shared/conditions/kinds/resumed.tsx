import type { ResumedCondition } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { conditionsTexts } from "../conditions-texts";
import { below } from "../edit-tree";
import { Word, type FieldsProps } from "../fields/basics";
import { DurationField } from "../fields/duration-field";
import { AddFilter, EventField, FiltersField } from "../fields/event-field";

export function ResumedFields({ condition, fault, onChange }: FieldsProps<ResumedCondition>) {
  const t = useTexts(conditionsTexts);
  const set = (change: Partial<ResumedCondition>) => onChange({ ...condition, ...change });
  return (
    <>
      <EventField value={condition.event} fault={fault} onChange={(event) => set({ event })} />
      <Word>{t.resumedWithin}</Word>
      <DurationField
        value={condition.within}
        fault={below(fault, "within") !== null}
        onChange={(within) => set({ within })}
      />
      <Word>{t.resumedAfter}</Word>
      <DurationField
        value={condition.after}
        fault={below(fault, "after") !== null}
        onChange={(after) => set({ after })}
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
