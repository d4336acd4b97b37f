import type { AnniversaryCondition } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { useBook } from "../book";
import { conditionsTexts } from "../conditions-texts";
import { below } from "../edit-tree";
import { Choice, NameField, Whole, Word, type FieldsProps } from "../fields/basics";
import { AddFilter, EventField, FiltersField } from "../fields/event-field";

const DAYS_MAX = 180;

function WhichDay({ condition, fault, onChange }: FieldsProps<AnniversaryCondition>) {
  const t = useTexts(conditionsTexts);
  const { attributes } = useBook();
  const set = (change: Partial<AnniversaryCondition>) => onChange({ ...condition, ...change });
  if (condition.event === null || condition.event === undefined)
    return (
      <NameField
        label={t.attribute}
        topic="attributes"
        value={condition.attribute ?? ""}
        names={attributes
          .filter(({ name, types }) => types.includes("day") || name === "birthday")
          .map(({ name }) => name)}
        fault={below(fault, "attribute") !== null}
        onChange={(attribute) => set({ attribute })}
      />
    );
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
    </>
  );
}

export function AnniversaryFields(props: FieldsProps<AnniversaryCondition>) {
  const { condition, fault, onChange } = props;
  const t = useTexts(conditionsTexts);
  const { events } = useBook();
  const set = (change: Partial<AnniversaryCondition>) => onChange({ ...condition, ...change });
  const { event, from_days: from, to_days: to } = condition;
  const isEvent = event !== null && event !== undefined;
  return (
    <>
      <Choice
        label={t.anniversaryOf}
        value={isEvent ? "event" : "attribute"}
        words={t.anniversaryKinds}
        keys={["attribute", "event"]}
        onChange={(next) =>
          set(
            next === "event"
              ? { attribute: null, event: events[0]?.name ?? "" }
              : { attribute: "birthday", event: null, where: [] },
          )
        }
      />
      <WhichDay {...props} />
      <Word>{t.anniversaryWord}</Word>
      <Whole
        label={t.fromDays}
        min={-DAYS_MAX}
        max={DAYS_MAX}
        value={from}
        fault={below(fault, "from_days") !== null}
        onChange={(days) => set({ from_days: days, to_days: Math.max(days, to) })}
      />
      <Word>{t.to}</Word>
      <Whole
        label={t.toDays}
        min={-DAYS_MAX}
        max={DAYS_MAX}
        value={to}
        fault={below(fault, "to_days") !== null}
        onChange={(days) => set({ to_days: days, from_days: Math.min(days, from) })}
      />
      <Word>{t.anniversaryRange(t.fromToday(from), t.fromToday(to))}</Word>
      {isEvent && (
        <>
          <AddFilter value={condition.where} onChange={(where) => set({ where })} />
          <FiltersField
            event={event}
            value={condition.where}
            fault={fault}
            onChange={(where) => set({ where })}
          />
        </>
      )}
    </>
  );
}
