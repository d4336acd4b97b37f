import type { EventValueCondition } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { propertiesOf, useBook } from "../book";
import { conditionsTexts } from "../conditions-texts";
import { below } from "../edit-tree";
import { Choice, Word, type FieldsProps } from "../fields/basics";
import { ComparisonField } from "../fields/comparison-field";
import { AddFilter, EventField, FiltersField, PropertyField } from "../fields/event-field";
import { WindowField } from "../fields/window-field";

export function EventValueFields({ condition, fault, onChange }: FieldsProps<EventValueCondition>) {
  const t = useTexts(conditionsTexts);
  const properties = propertiesOf(useBook(), condition.event);
  const set = (change: Partial<EventValueCondition>) => onChange({ ...condition, ...change });
  return (
    <>
      <WindowField
        value={condition.window}
        fault={below(fault, "window")}
        onChange={(window) => set({ window })}
      />
      <Choice
        label={t.which}
        value={condition.which}
        words={t.whichWords}
        keys={["first", "last"]}
        onChange={(which) => set({ which })}
      />
      <EventField value={condition.event} fault={fault} onChange={(event) => set({ event })} />
      <Word>{t.itsValue}</Word>
      <PropertyField
        event={condition.event}
        value={condition.property}
        fault={below(fault, "property") !== null}
        onChange={(property) => set({ property, operator: "is", value: null })}
      />
      <ComparisonField
        compared={condition}
        name={condition.property}
        named={properties.find(({ name }) => name === condition.property)}
        fault={fault}
        onChange={onChange}
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
