import type { EventCondition } from "@/api/types";
import { useCurrency } from "@/shared/format/use-currency";
import { useTexts } from "@/shared/i18n/texts";
import { scaleOf } from "../book";
import { conditionsTexts } from "../conditions-texts";
import { below } from "../edit-tree";
import { Amount, Choice, Whole, Word, type FieldsProps } from "../fields/basics";
import { AddFilter, EventField, FiltersField, PropertyField } from "../fields/event-field";
import { WindowField } from "../fields/window-field";

type Measure = EventCondition["measure"];

const MEASURES: readonly Measure[] = ["count", "days", "sum", "average", "max", "min", "distinct"];
const COMPARISONS = ["at_least", "at_most", "exactly", "more_than", "less_than"] as const;

const isNever = ({ measure, operator, value }: EventCondition) =>
  measure === "count" && operator === "exactly" && value === 0;

const isCounted = (measure: Measure) => measure === "count" || measure === "days" || measure === "distinct";

function Measured({ condition, fault, onChange }: FieldsProps<EventCondition>) {
  const t = useTexts(conditionsTexts);
  const currency = useCurrency();
  const { measure, property } = condition;
  const scale = isCounted(measure) ? 1 : scaleOf(property);
  const needsProperty = measure !== "count" && measure !== "days";
  const set = (change: Partial<EventCondition>) => onChange({ ...condition, ...change });
  const valueFault = below(fault, "value") !== null;
  const unit =
    measure === "count"
      ? t.times
      : measure === "days"
        ? t.daysUnit
        : measure === "distinct"
          ? t.kindsUnit
          : scale === 100
            ? currency === "CNY"
              ? t.yuan
              : currency
            : "";
  return (
    <>
      {needsProperty && (
        <PropertyField
          event={condition.event}
          value={property}
          {...(measure === "distinct" ? {} : { type: "number" })}
          fault={below(fault, "property") !== null}
          onChange={(next) => set({ property: next })}
        />
      )}
      <Choice<Measure>
        label={t.measure}
        value={measure}
        words={t.measures}
        keys={MEASURES}
        fault={below(fault, "measure") !== null}
        onChange={(next) =>
          set({ measure: next, property: next === "count" || next === "days" ? null : (property ?? "") })
        }
      />
      <Choice
        label={t.operator}
        value={condition.operator}
        words={t.countOperators}
        keys={COMPARISONS}
        fault={below(fault, "operator") !== null}
        onChange={(operator) => set({ operator })}
      />
      {isCounted(measure) ? (
        <Whole
          label={t.value}
          min={0}
          value={condition.value}
          fault={valueFault}
          onChange={(value) => set({ value })}
        />
      ) : (
        <Amount
          label={t.value}
          value={condition.value}
          scale={scale}
          fault={valueFault}
          onChange={(value) => set({ value })}
        />
      )}
      {unit && <Word>{unit}</Word>}
    </>
  );
}

/** How often, how much, or never. */
export function EventFields(props: FieldsProps<EventCondition>) {
  const { condition, fault, onChange } = props;
  const t = useTexts(conditionsTexts);
  const never = isNever(condition);
  const set = (change: Partial<EventCondition>) => onChange({ ...condition, ...change });
  return (
    <>
      <WindowField
        value={condition.window}
        fault={below(fault, "window")}
        onChange={(window) => set({ window })}
      />
      <Choice
        label={t.did}
        value={never ? "not" : "did"}
        words={t.didWords}
        keys={["did", "not"]}
        onChange={(next) =>
          set(
            next === "not"
              ? { measure: "count", property: null, operator: "exactly", value: 0 }
              : { measure: "count", property: null, operator: "at_least", value: 1 },
          )
        }
      />
      <EventField value={condition.event} fault={fault} onChange={(event) => set({ event })} />
      {!never && <Measured {...props} />}
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
