import { Input } from "antd";
import { defineTexts, useTexts } from "@/shared/i18n/texts";

const texts = defineTexts({ zh: { from: "从", to: "到" }, en: { from: "from", to: "to" } });

const DAY_MINUTES = 24 * 60;
const WIDTH_PX = 120;

/** A minute of the day as a field for times shows it; midnight at the end of the day is 00:00. */
const timeOf = (minute: number) =>
  `${String(Math.floor((minute % DAY_MINUTES) / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;

/** The minute of a time; where something ends, 00:00 is the end of the day. */
function minuteOf(time: string, isEnd: boolean): number {
  const [hours = "0", minutes = "0"] = time.split(":");
  const minute = Number(hours) * 60 + Number(minutes);
  return isEnd && minute === 0 ? DAY_MINUTES : minute;
}

interface TimeSpanProps {
  label: string;
  begins: number;
  ends: number;
  onChange: (changed: { begins?: number; ends?: number }) => void;
}

/** From one time of the day to another; one that ends before it begins ends on the next day. */
export function TimeSpan({ label, begins, ends, onChange }: TimeSpanProps) {
  const t = useTexts(texts);
  const field = (word: string, minute: number, set: (time: string) => void) => (
    <Input
      type="time"
      aria-label={`${label} · ${word}`}
      style={{ width: WIDTH_PX }}
      value={timeOf(minute)}
      onChange={(event) => event.target.value && set(event.target.value)}
    />
  );
  return (
    <>
      {field(t.from, begins, (time) => onChange({ begins: minuteOf(time, false) }))}
      <span aria-hidden="true">–</span>
      {field(t.to, ends, (time) => onChange({ ends: minuteOf(time, true) }))}
    </>
  );
}
