import { Select } from "antd";
import type { DashboardDefinition } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { dashboardsTexts } from "./dashboards-texts";

export type Period = NonNullable<DashboardDefinition["period"]>;

const CHOICES = ["day-7", "day-14", "day-30", "day-90", "week-12", "month-12"] as const;
type Choice = (typeof CHOICES)[number];

const keyOf = (period: Period | null): string =>
  !period ? "own" : period.kind === "last" ? `${period.unit}-${period.amount}` : "other";

function periodOf(key: Choice): Period {
  const [unit, amount] = key.split("-") as ["day" | "week" | "month", string];
  return { kind: "last", unit, amount: Number(amount) };
}

interface PeriodSelectProps {
  id?: string;
  /** What it is called where none is told. */
  none: string;
  value: Period | null;
  onChange: (period: Period | null) => void;
}

/** How far back one looks. A period that is none of these stands until another is chosen. */
export function PeriodSelect({ id, none, value, onChange }: PeriodSelectProps) {
  const t = useTexts(dashboardsTexts);
  const key = keyOf(value);
  const isKnown = key === "own" || (CHOICES as readonly string[]).includes(key);
  return (
    <Select<string>
      {...(id ? { id } : { "aria-label": t.period })}
      popupMatchSelectWidth={false}
      value={isKnown ? key : "other"}
      onChange={(next) => {
        if (next === "own") onChange(null);
        else if (next !== "other") onChange(periodOf(next as Choice));
      }}
      options={[
        { value: "own", label: none },
        ...CHOICES.map((choice) => ({ value: choice, label: t.periods[choice] })),
        ...(isKnown ? [] : [{ value: "other", label: t.periods.other }]),
      ]}
    />
  );
}
