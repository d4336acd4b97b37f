import { Input } from "antd";
import { useTexts } from "@/shared/i18n/texts";
import { minuteOf, timeOf } from "./code-parts";
import { codesTexts } from "./codes-texts";
import styles from "./codes.module.css";

interface TimeSpanProps {
  label: string;
  begins: number;
  ends: number;
  onChange: (changed: { begins?: number; ends?: number }) => void;
}

/** From one time of the day to another. */
export function TimeSpan({ label, begins, ends, onChange }: TimeSpanProps) {
  const t = useTexts(codesTexts);
  const field = (word: string, minute: number, set: (time: string) => void) => (
    <Input
      type="time"
      aria-label={`${label} · ${word}`}
      className={styles.time ?? ""}
      value={timeOf(minute)}
      onChange={(event) => event.target.value && set(event.target.value)}
    />
  );
  return (
    <>
      {field(t.from, begins, (time) => onChange({ begins: minuteOf(time) }))}
      <span aria-hidden="true">–</span>
      {field(t.to, ends, (time) => onChange({ ends: minuteOf(time, true) }))}
    </>
  );
}
