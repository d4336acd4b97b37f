import { Checkbox, ConfigProvider, Input, Select } from "antd";
import type { ExperimentOutcome } from "@/api/types";
import { below } from "@/shared/conditions/edit-tree";
import { AddFilter, EventField, FiltersField, PropertyField } from "@/shared/conditions/fields/event-field";
import { useTexts } from "@/shared/i18n/texts";
import { Field } from "@/shared/ui/field";
import { experimentsTexts } from "./experiments-texts";
import styles from "./experiments.module.css";

export const newOutcome = (name: string): ExperimentOutcome => ({
  name,
  of: { event: "order_paid", where: [] },
  measure: "rate",
  property: null,
  per: null,
  is_lower_better: false,
});

type Aggregate = NonNullable<ExperimentOutcome["per"]>;

const newAggregate = (): Aggregate => ({ of: { event: "order_paid", where: [] }, property: null });

interface TotalChoiceProps {
  property: string | null;
  onChange: (property: string | null) => void;
}

/** Whether events are counted, or a number in them is added up. */
function TotalChoice({ property, onChange }: TotalChoiceProps) {
  const t = useTexts(experimentsTexts);
  return (
    <Select
      aria-label={t.total}
      popupMatchSelectWidth={false}
      value={property === null ? "times" : "ofProperty"}
      onChange={(kind) => onChange(kind === "times" ? null : "total_fen")}
      options={(["times", "ofProperty"] as const).map((value) => ({ value, label: t[value] }))}
    />
  );
}

interface PerFieldsProps {
  per: Aggregate;
  fault: string | null;
  reason: string;
  onChange: (per: Aggregate) => void;
}

/** What a ratio is divided by. */
function PerFields({ per, fault, reason, onChange }: PerFieldsProps) {
  const t = useTexts(experimentsTexts);
  const { event, where } = per.of;
  return (
    <div className={styles.fields}>
      <div className={styles.line}>
        <span>{t.per}</span>
        <EventField
          value={event}
          fault={below(fault, "of")}
          onChange={(next) => onChange({ ...per, of: { event: next, where: [] } })}
        />
        <TotalChoice
          property={per.property ?? null}
          onChange={(property) => onChange({ ...per, property })}
        />
        {per.property != null && (
          <PropertyField
            event={event}
            value={per.property}
            type="number"
            fault={below(fault, "property") !== null}
            onChange={(property) => onChange({ ...per, property })}
          />
        )}
        <AddFilter value={where} onChange={(next) => onChange({ ...per, of: { event, where: next } })} />
      </div>
      <FiltersField
        event={event}
        value={where}
        fault={below(fault, "of")}
        onChange={(next) => onChange({ ...per, of: { event, where: next } })}
      />
      {fault !== null && (
        <p role="alert" className={styles.quiet}>
          {reason}
        </p>
      )}
    </div>
  );
}

interface OutcomeFieldProps {
  outcome: ExperimentOutcome;
  /** Which field the server refused, as the path below the outcome; null where none. */
  fault: string | null;
  reason: string;
  disabled: boolean;
  onChange: (outcome: ExperimentOutcome) => void;
}

/** What is looked at: of which events, and how. */
export function OutcomeField({ outcome, fault, reason, disabled, onChange }: OutcomeFieldProps) {
  const t = useTexts(experimentsTexts);
  const set = (change: Partial<ExperimentOutcome>) => onChange({ ...outcome, ...change });
  const { event } = outcome.of;
  const where = outcome.of.where;
  return (
    <ConfigProvider componentDisabled={disabled}>
      <fieldset className={styles.outcome} style={{ border: 0, margin: 0, paddingInline: 0 }}>
        <div className={styles.pair}>
          <Field label={t.outcomeName} error={below(fault, "name") !== null ? reason : null}>
            {(control) => (
              <Input
                {...control}
                value={outcome.name}
                onChange={(change) => set({ name: change.target.value })}
              />
            )}
          </Field>
          <Field label={t.measure}>
            {(control) => (
              <Select<ExperimentOutcome["measure"]>
                {...control}
                value={outcome.measure}
                onChange={(measure) =>
                  set({
                    measure,
                    property: measure === "sum" ? (outcome.property ?? "total_fen") : null,
                    per: measure === "ratio" ? (outcome.per ?? newAggregate()) : null,
                  })
                }
                options={(["rate", "count", "sum", "ratio"] as const).map((value) => ({
                  value,
                  label: t.measures[value],
                }))}
              />
            )}
          </Field>
        </div>
        <div className={styles.line}>
          <EventField
            value={event}
            fault={below(fault, "of")}
            onChange={(next) => set({ of: { event: next, where: [] } })}
          />
          {outcome.measure === "ratio" && (
            <TotalChoice property={outcome.property ?? null} onChange={(property) => set({ property })} />
          )}
          {outcome.property != null && (
            <PropertyField
              event={event}
              value={outcome.property}
              type="number"
              fault={below(fault, "property") !== null}
              onChange={(property) => set({ property })}
            />
          )}
          <AddFilter value={where} onChange={(next) => set({ of: { event, where: next } })} />
          <Checkbox
            checked={outcome.is_lower_better}
            onChange={(change) => set({ is_lower_better: change.target.checked })}
          >
            {t.isLower}
          </Checkbox>
        </div>
        <FiltersField
          event={event}
          value={where}
          fault={below(fault, "of")}
          onChange={(next) => set({ of: { event, where: next } })}
        />
        {outcome.per && (
          <PerFields
            per={outcome.per}
            fault={below(fault, "per")}
            reason={reason}
            onChange={(per) => set({ per })}
          />
        )}
      </fieldset>
    </ConfigProvider>
  );
}
