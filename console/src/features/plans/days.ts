import { presentTime } from "@/shared/format/present";
import { businessDay } from "@/shared/format/time-format";

const DAY_MS = 86_400_000;
const instant = (day: string) => Date.parse(`${day}T00:00:00Z`);

/** Days are like `2026-03-05`; none of them has a time zone. */
export const moved = (day: string, by: number) =>
  new Date(instant(day) + by * DAY_MS).toISOString().slice(0, 10);

/** From one day to another: 0 for the same. */
export const daysBetween = (since: string, until: string) =>
  Math.round((instant(until) - instant(since)) / DAY_MS);

export const today = () => businessDay(presentTime().toISOString());

export const isDay = (text: string) => /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(instant(text));

/** The part of the days that is over, from 0 to 1. */
export function elapsed(since: string, until: string, now: string): number {
  const length = daysBetween(since, until) + 1;
  return Math.min(1, Math.max(0, (daysBetween(since, now) + 1) / length));
}

/** The weeks, Monday first, that a month touches; each as its days. */
export function weeksOf(year: number, month: number): string[][] {
  const first = `${year}-${String(month).padStart(2, "0")}-01`;
  const weekday = (new Date(instant(first)).getUTCDay() + 6) % 7;
  const weeks: string[][] = [];
  for (let day = moved(first, -weekday); weeks.length === 0 || day.slice(0, 7) === first.slice(0, 7);) {
    weeks.push(Array.from({ length: 7 }, (_, n) => moved(day, n)));
    day = moved(day, 7);
  }
  return weeks;
}
