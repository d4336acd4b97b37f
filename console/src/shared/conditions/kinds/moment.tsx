import type { MomentCondition } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { conditionsTexts } from "../conditions-texts";
import { below } from "../edit-tree";
import { Choice, Word, type FieldsProps } from "../fields/basics";
import { AddFilter, EventField, FiltersField } from "../fields/event-field";
import { WindowField } from "../fields/window-field";

export function MomentFields({ condition, fault, onChange }: FieldsProps<MomentCondition>) {
  const t = useTexts(conditionsTexts);
  const set = (change: Partial<MomentCondition>) => onChange({ ...condition, ...change });
  return (
    <>
      <Choice
        label={t.which}
        value={condition.which}
        words={t.whichWords}
        keys={["first", "last"]}
        onChange={(which) => set({ which })}
      />
      <EventField value={condition.event} fault={fault} onChange={(event) => set({ event })} />
      <Word>{t.happened}</Word>
      <WindowField
        value={condition.window}
        isOptional={false}
        fault={below(fault, "window")}
        onChange={(window) => window && set({ window })}
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
