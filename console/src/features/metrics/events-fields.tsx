import { CloseOutlined } from "@ant-design/icons";
import { Button, InputNumber, Select } from "antd";
import { below } from "@/shared/conditions/edit-tree";
import { AddFilter, EventField, FiltersField, PropertyField } from "@/shared/conditions/fields/event-field";
import { useTexts } from "@/shared/i18n/texts";
import { Field } from "@/shared/ui/field";
import { MEASURES, OVERS, TURNS, type EventsMeasure } from "./measures";
import { metricsTexts } from "./metrics-texts";
import styles from "./metrics.module.css";

const EVENTS_MAX = 10;
const WITHOUT_PROPERTY: readonly EventsMeasure["measure"][] = ["count", "people"];

interface EventsFieldsProps {
  measure: EventsMeasure;
  fault: string | null;
  onChange: (measure: EventsMeasure) => void;
}

function Events({ measure, fault, onChange }: EventsFieldsProps) {
  const t = useTexts(metricsTexts);
  const { events } = measure;
  const set = (place: number, event: EventsMeasure["events"][number]) =>
    onChange({ ...measure, events: events.with(place, event) });
  return (
    <div className={styles.whole}>
      {events.map((match, place) => {
        const inner = below(fault, `of.events.${place}`);
        return (
          // Events have no identity of their own; their place is all there is.
          <div key={place} className={styles.event}>
            <EventField
              value={match.event}
              fault={inner}
              onChange={(event) => set(place, { event, where: [] })}
            />
            <AddFilter value={match.where} onChange={(where) => set(place, { ...match, where })} />
            {events.length > 1 && (
              <Button
                type="text"
                size="small"
                icon={<CloseOutlined aria-hidden />}
                aria-label={t.fields.removeEvent}
                title={t.fields.removeEvent}
                onClick={() => onChange({ ...measure, events: events.filter((_, n) => n !== place) })}
              />
            )}
            <FiltersField
              event={match.event}
              value={match.where}
              fault={inner}
              onChange={(where) => set(place, { ...match, where })}
            />
          </div>
        );
      })}
      {events.length < EVENTS_MAX && (
        <Button
          type="dashed"
          size="small"
          onClick={() => onChange({ ...measure, events: [...events, { event: "", where: [] }] })}
        >
          {t.fields.addEvent}
        </Button>
      )}
    </div>
  );
}

/** Which events, and what of them. */
export function EventsFields({ measure, fault, onChange }: EventsFieldsProps) {
  const t = useTexts(metricsTexts);
  const { fields } = t;
  const isPeople = measure.measure === "people";
  const choose = (kind: EventsMeasure["measure"]) =>
    onChange({
      ...measure,
      measure: kind,
      property: WITHOUT_PROPERTY.includes(kind) ? null : (measure.property ?? null),
      at_least: kind === "people" ? measure.at_least : 1,
      over: WITHOUT_PROPERTY.includes(kind) ? measure.over : "period",
      days: WITHOUT_PROPERTY.includes(kind) ? (measure.days ?? null) : null,
    });
  return (
    <>
      <Events measure={measure} fault={fault} onChange={onChange} />
      <Field label={fields.measure}>
        {(control) => (
          <Select
            {...control}
            value={measure.measure}
            onChange={choose}
            options={MEASURES.map((value) => ({ value, label: fields.measures[value] }))}
          />
        )}
      </Field>
      {!WITHOUT_PROPERTY.includes(measure.measure) && (
        <Field label={fields.property}>
          {() => (
            <PropertyField
              event={measure.events[0]?.event ?? ""}
              value={measure.property}
              onChange={(property) => onChange({ ...measure, property })}
            />
          )}
        </Field>
      )}
      <Field label={fields.turn}>
        {(control) => (
          <Select
            {...control}
            value={measure.turn}
            onChange={(turn) =>
              onChange({ ...measure, turn, at_least: turn === "first" ? 1 : measure.at_least })
            }
            options={TURNS.map((value) => ({ value, label: fields.turns[value] }))}
          />
        )}
      </Field>
      {isPeople && measure.turn !== "first" && (
        <Field label={fields.atLeast}>
          {(control) => (
            <InputNumber<number>
              {...control}
              min={1}
              max={1000}
              precision={0}
              value={measure.at_least}
              onChange={(times) => times !== null && onChange({ ...measure, at_least: times })}
            />
          )}
        </Field>
      )}
      {WITHOUT_PROPERTY.includes(measure.measure) && (
        <Field label={fields.over}>
          {(control) => (
            <Select
              {...control}
              value={measure.over}
              onChange={(over) =>
                onChange({ ...measure, over, days: over === "rolling" ? (measure.days ?? 30) : null })
              }
              options={OVERS.map((value) => ({ value, label: fields.overs[value] }))}
            />
          )}
        </Field>
      )}
      {measure.over === "rolling" && (
        <Field label={fields.days}>
          {(control) => (
            <InputNumber<number>
              {...control}
              min={1}
              max={366}
              precision={0}
              value={measure.days ?? 30}
              onChange={(days) => days !== null && onChange({ ...measure, days })}
            />
          )}
        </Field>
      )}
    </>
  );
}
