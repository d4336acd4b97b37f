import { InputNumber } from "antd";
import type { ReachLimits } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { reachTexts } from "./reach-texts";
import styles from "./reach.module.css";

interface NumberFieldProps {
  label: string;
  /** Where several fields have the same label: what this one is about. */
  of?: string;
  value: number | null | undefined;
  least?: number;
  most?: number;
  suffix?: string;
  placeholder?: string;
  onChange: ((value: number | null) => void) | null;
}

export function NumberField({
  label,
  of,
  value,
  least,
  most,
  suffix,
  placeholder,
  onChange,
}: NumberFieldProps) {
  const t = useTexts(reachTexts);
  return (
    <label className={styles.number}>
      <span>{label}</span>
      <InputNumber<number>
        aria-label={of ? `${of} · ${label}` : label}
        min={least ?? 0}
        max={most ?? 1000}
        precision={0}
        disabled={!onChange}
        placeholder={placeholder ?? t.unlimited}
        value={value ?? null}
        {...(suffix ? { suffix } : {})}
        onChange={(wanted) => onChange?.(wanted)}
      />
    </label>
  );
}

interface LimitFieldsProps {
  of?: string;
  limits: ReachLimits;
  onChange: ((limits: ReachLimits) => void) | null;
}

/** How many a day, in seven and in thirty of them. */
export function LimitFields({ of, limits, onChange }: LimitFieldsProps) {
  const t = useTexts(reachTexts);
  const about = of ? { of } : {};
  const field = (key: keyof ReachLimits, label: string) => (
    <NumberField
      {...about}
      label={label}
      value={limits[key]}
      onChange={onChange && ((value) => onChange({ ...limits, [key]: value }))}
    />
  );
  return (
    <>
      {field("per_day", t.perDay)}
      {field("per_week", t.perWeek)}
      {field("per_month", t.perMonth)}
    </>
  );
}
