import type { Duration } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { conditionsTexts } from "../conditions-texts";
import { Choice, Whole } from "./basics";

interface DurationFieldProps {
  label?: string;
  value: Duration;
  fault?: boolean;
  onChange: (value: Duration) => void;
}

/** A length of time: a number and its unit. */
export function DurationField({ label, value, fault = false, onChange }: DurationFieldProps) {
  const t = useTexts(conditionsTexts);
  return (
    <>
      <Whole
        label={label ?? t.amount}
        min={1}
        value={value.amount}
        fault={fault}
        onChange={(amount) => onChange({ ...value, amount })}
      />
      <Choice
        label={t.unit}
        value={value.unit}
        words={t.units}
        keys={["hour", "day", "week"]}
        fault={fault}
        onChange={(unit) => onChange({ ...value, unit })}
      />
    </>
  );
}
