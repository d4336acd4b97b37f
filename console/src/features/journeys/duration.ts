export type Unit = "minutes" | "hours" | "days";

export const MINUTES_OF: Record<Unit, number> = { minutes: 1, hours: 60, days: 1440 };

/** 4320 minutes are 3 days; 90 minutes stay minutes, because halves are not offered. */
export function inLargestUnit(minutes: number): { amount: number; unit: Unit } {
  for (const unit of ["days", "hours"] as const) {
    if (minutes > 0 && minutes % MINUTES_OF[unit] === 0) return { amount: minutes / MINUTES_OF[unit], unit };
  }
  return { amount: minutes, unit: "minutes" };
}

export function durationText(minutes: number, t: { duration: Record<Unit, (n: number) => string> }): string {
  const { amount, unit } = inLargestUnit(minutes);
  return t.duration[unit](amount);
}
