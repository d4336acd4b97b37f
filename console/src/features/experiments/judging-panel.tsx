import { InputNumber, Select } from "antd";
import type { ReactNode } from "react";
import { useTexts } from "@/shared/i18n/texts";
import { Field } from "@/shared/ui/field";
import { Panel } from "@/shared/ui/panel";
import { segmentSource } from "@/api/sources";
import { PickOne } from "@/shared/ui/picker";
import { experimentsTexts } from "./experiments-texts";
import { isAt, type PartProps } from "./part";
import styles from "./experiments.module.css";

/** What planned looks begin with. */
const STARTER = { looks: 4, units: 10_000 };

interface NumberFieldProps {
  label: string;
  value: number;
  min: number;
  max: number;
  disabled: boolean;
  whole?: boolean;
  onChange: (value: number) => void;
}

function NumberField({ label, value, min, max, disabled, whole = false, onChange }: NumberFieldProps) {
  return (
    <Field label={label}>
      {(control) => (
        <InputNumber<number>
          {...control}
          disabled={disabled}
          min={min}
          max={max}
          {...(whole ? { precision: 0 } : {})}
          style={{ width: "100%" }}
          value={value}
          onChange={(next) => next !== null && onChange(next)}
        />
      )}
    </Field>
  );
}

const percent = (part: number) => Math.round(part * 100_000) / 1000;

/** Whom it is for, when its result is read, and how sure one wants to be. */
export function JudgingPanel({ definition, fault, disabled, set }: PartProps): ReactNode {
  const t = useTexts(experimentsTexts);
  const shared = { disabled };
  const { planned } = definition;
  return (
    <Panel title={t.judging}>
      <div className={styles.fields}>
        <Field label={t.segment}>
          {(control) => (
            <PickOne
              source={segmentSource}
              control={control}
              disabled={disabled}
              none={t.everybody}
              value={definition.segment_id ?? null}
              onChange={(id) => set({ segment_id: id })}
            />
          )}
        </Field>
        <Field label={t.looks}>
          {(control) => (
            <Select
              {...control}
              disabled={disabled}
              value={definition.looks}
              onChange={(looks) =>
                set({ looks, planned: looks === "planned" ? (definition.planned ?? STARTER) : null })
              }
              options={(["always", "planned", "fixed"] as const).map((value) => ({
                value,
                label: t.looksOf[value],
              }))}
            />
          )}
        </Field>
        {planned && (
          <div className={styles.pair}>
            <NumberField
              {...shared}
              whole
              label={t.plannedLooks}
              value={planned.looks}
              min={2}
              max={10}
              onChange={(looks) => set({ planned: { ...planned, looks } })}
            />
            <NumberField
              {...shared}
              whole
              label={t.plannedUnits}
              value={planned.units}
              min={100}
              max={1_000_000_000}
              onChange={(units) => set({ planned: { ...planned, units } })}
            />
          </div>
        )}
        {isAt(fault, "planned") && (
          <p role="alert" className={styles.quiet}>
            {fault?.reason}
          </p>
        )}
        <div className={styles.pair}>
          <NumberField
            {...shared}
            whole
            label={t.share}
            value={definition.share}
            min={1}
            max={100}
            onChange={(share) => set({ share })}
          />
          <NumberField
            {...shared}
            whole
            label={t.days}
            value={definition.days}
            min={1}
            max={90}
            onChange={(days) => set({ days })}
          />
          <NumberField
            {...shared}
            label={t.effect}
            value={percent(definition.effect)}
            min={0.1}
            max={1000}
            onChange={(value) => set({ effect: value / 100 })}
          />
          <NumberField
            {...shared}
            label={t.alpha}
            value={percent(definition.alpha)}
            min={0.1}
            max={50}
            onChange={(value) => set({ alpha: value / 100 })}
          />
          <NumberField
            {...shared}
            label={t.power}
            value={percent(definition.power)}
            min={50}
            max={99.9}
            onChange={(value) => set({ power: value / 100 })}
          />
          <NumberField
            {...shared}
            whole
            label={t.beforeDays}
            value={definition.before_days}
            min={0}
            max={90}
            onChange={(days) => set({ before_days: days })}
          />
        </div>
      </div>
    </Panel>
  );
}
