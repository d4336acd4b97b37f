import { Input } from "antd";
import type { Window } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { conditionsTexts } from "../conditions-texts";
import { Choice, marked, Whole, Word } from "./basics";
import { DurationField } from "./duration-field";
import styles from "../builder.module.css";

const MODES = ["any", "last", "older", "between", "current", "previous", "fixed"] as const;
type Mode = (typeof MODES)[number] | "shifted";
type CalendarUnit = "day" | "week" | "month" | "quarter" | "year";

const UNITS: readonly CalendarUnit[] = ["day", "week", "month", "quarter", "year"];
const days = (amount: number) => ({ amount, unit: "day" as const });

/** How a window is said; the language knows three kinds, people say seven. */
export function modeOf(window: Window | null): Mode {
  if (window === null) return "any";
  switch (window.kind) {
    case "rolling":
      return window.least ? (window.most ? "between" : "older") : "last";
    case "fixed":
      return "fixed";
    case "calendar":
      if (window.back === 0 && window.count === 1) return "current";
      return window.back === window.count ? "previous" : "shifted";
  }
}

/** A window of another mode, with what the one before said kept where it can be. */
export function inMode(mode: Mode, before: Window | null): Window | null {
  const rolling = before?.kind === "rolling" ? before : null;
  const most = rolling?.most ?? rolling?.least ?? days(30);
  const unit = before?.kind === "calendar" ? before.unit : "month";
  switch (mode) {
    case "any":
      return null;
    case "last":
      return { kind: "rolling", most, least: null };
    case "older":
      return { kind: "rolling", most: null, least: most };
    case "between":
      return { kind: "rolling", least: most, most: { ...most, amount: most.amount * 2 } };
    case "current":
      return { kind: "calendar", unit, back: 0, count: 1 };
    case "previous":
      return { kind: "calendar", unit, back: 1, count: 1 };
    case "shifted":
      return { kind: "calendar", unit, back: 2, count: 1 };
    case "fixed":
      return { kind: "fixed", since_on: null, until_on: null };
  }
}

interface WindowFieldProps {
  value: Window | null | undefined;
  /** Whether "at any time" may be said. */
  isOptional?: boolean;
  fault: string | null;
  onChange: (value: Window | null) => void;
}

type Rest<W> = { window: W; faulty: boolean; onChange: (value: Window) => void };

function RollingRest({ window, faulty, onChange }: Rest<Extract<Window, { kind: "rolling" }>>) {
  const t = useTexts(conditionsTexts);
  return (
    <>
      {window.least && (
        <DurationField
          value={window.least}
          fault={faulty}
          onChange={(least) => onChange({ ...window, least })}
        />
      )}
      {window.least && window.most && <Word>{t.to}</Word>}
      {window.most && (
        <DurationField
          value={window.most}
          fault={faulty}
          onChange={(most) => onChange({ ...window, most })}
        />
      )}
    </>
  );
}

function CalendarRest({ window, faulty, onChange }: Rest<Extract<Window, { kind: "calendar" }>>) {
  const t = useTexts(conditionsTexts);
  const mode = modeOf(window);
  const set = (change: Partial<typeof window>) => onChange({ ...window, ...change });
  return (
    <>
      {mode === "previous" && (
        <Whole
          label={t.count}
          min={1}
          value={window.count}
          fault={faulty}
          onChange={(count) => set({ count, back: count })}
        />
      )}
      {mode === "shifted" && (
        <>
          <Word>{t.back}</Word>
          <Whole
            label={t.back}
            min={0}
            value={window.back}
            fault={faulty}
            onChange={(back) => set({ back })}
          />
          <Word>{t.count}</Word>
          <Whole
            label={t.count}
            min={1}
            value={window.count}
            fault={faulty}
            onChange={(count) => set({ count })}
          />
        </>
      )}
      <Choice
        label={t.unit}
        value={window.unit}
        words={mode === "current" ? t.currentUnits : t.wholeUnits}
        keys={UNITS}
        fault={faulty}
        onChange={(unit) => set({ unit })}
      />
    </>
  );
}

function FixedRest({ window, faulty, onChange }: Rest<Extract<Window, { kind: "fixed" }>>) {
  const t = useTexts(conditionsTexts);
  const day = (label: string, key: "since_on" | "until_on") => (
    <Input
      type="date"
      aria-label={label}
      className={styles.day ?? ""}
      status={marked(faulty)}
      value={window[key] ?? ""}
      onChange={(event) => onChange({ ...window, [key]: event.target.value || null })}
    />
  );
  return (
    <>
      {day(t.sinceOn, "since_on")}
      <Word>{t.to}</Word>
      {day(t.untilOn, "until_on")}
    </>
  );
}

/** When: at any time, in the last …, this month, on fixed days. */
export function WindowField({ value = null, isOptional = true, fault, onChange }: WindowFieldProps) {
  const t = useTexts(conditionsTexts);
  const faulty = fault !== null;
  return (
    <>
      <Choice<Mode>
        label={t.window}
        value={modeOf(value)}
        words={t.windows}
        keys={isOptional ? MODES : MODES.slice(1)}
        fault={faulty}
        onChange={(mode) => onChange(inMode(mode, value))}
      />
      {value?.kind === "rolling" && <RollingRest window={value} faulty={faulty} onChange={onChange} />}
      {value?.kind === "calendar" && <CalendarRest window={value} faulty={faulty} onChange={onChange} />}
      {value?.kind === "fixed" && <FixedRest window={value} faulty={faulty} onChange={onChange} />}
    </>
  );
}
