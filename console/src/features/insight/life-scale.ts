import type { InsightAnswer } from "@/api/types";

type Period = NonNullable<InsightAnswer["lifecycle"]>["periods"][number];

/** So many numbers find room beside the columns. */
const TICKS_MAX = 8;

/** Who has gone; nobody yet in a period that is not over, for who was here before can still come. */
export const goneIn = ({ is_open, dormant }: Period) => (is_open ? 0 : dormant);

/** How far the columns reach up (`most`) and down (`least`) on one scale, in customers, and what stands beside them from above:
 * below zero is who has gone. */
export interface LifeScale {
  most: number;
  least: number;
  ticks: number[];
}

export function lifeScale(periods: readonly Period[]): LifeScale {
  const most = Math.max(1, ...periods.map(({ active }) => active));
  const least = Math.max(0, ...periods.map(goneIn));
  const rough = (most + least) / TICKS_MAX;
  const power = 10 ** Math.max(0, Math.floor(Math.log10(rough)));
  const step = Math.max(1, [1, 2, 5].map((each) => each * power).find((each) => each >= rough) ?? 10 * power);
  const highest = Math.floor(most / step);
  const ticks = Array.from(
    { length: highest + Math.floor(least / step) + 1 },
    (_, n) => (highest - n) * step,
  );
  return { most, least, ticks };
}
