import type { MetricGrain } from "@/api/types";
import { presentTime } from "@/shared/format/present";
import { businessDay } from "@/shared/format/time-format";

/** From a day to another, both included: `2026-03-05`. */
export interface Stretch {
  since: string;
  until: string;
}

const SHOWN: Record<MetricGrain, number> = { day: 30, week: 12, month: 12 };

const dayOf = (date: Date) => date.toISOString().slice(0, 10);

/** A day of the calendar, moved by so many periods; of a month to its first. */
export function moved(day: string, grain: MetricGrain, by: number): string {
  const date = new Date(`${day}T00:00:00Z`);
  if (grain === "month") date.setUTCMonth(date.getUTCMonth() + by, 1);
  else date.setUTCDate(date.getUTCDate() + by * (grain === "week" ? 7 : 1));
  return dayOf(date);
}

/** The first day of the period that a day is in. */
export function startOf(day: string, grain: MetricGrain): string {
  if (grain === "day") return day;
  if (grain === "month") return `${day.slice(0, 8)}01`;
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() - ((date.getUTCDay() + 6) % 7));
  return dayOf(date);
}

export const today = () => businessDay(presentTime().toISOString());

/** The stretch that is shown first. */
export function lastPeriods(grain: MetricGrain): Stretch {
  const until = today();
  return { since: moved(startOf(until, grain), grain, 1 - SHOWN[grain]), until };
}

/** The last period that is over, and the one before it. */
export function lastTwo(grain: MetricGrain): { before: Stretch; after: Stretch } {
  const present = startOf(today(), grain);
  const one = (by: number): Stretch => ({
    since: moved(present, grain, by),
    until: moved(moved(present, grain, by + 1), "day", -1),
  });
  return { before: one(-2), after: one(-1) };
}
