import { Checkbox, Input, Select } from "antd";
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
  is_lower_better: false,
});

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
    <fieldset
      className={styles.outcome}
      disabled={disabled}
      style={{ border: 0, margin: 0, paddingInline: 0 }}
    >
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
              disabled={disabled}
              value={outcome.measure}
              onChange={(measure) =>
                set({ measure, property: measure === "sum" ? (outcome.property ?? "total_fen") : null })
              }
              options={(["rate", "count", "sum"] as const).map((value) => ({
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
        {outcome.measure === "sum" && (
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
    </fieldset>
  );
}
