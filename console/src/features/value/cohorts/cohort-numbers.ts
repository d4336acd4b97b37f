import type { CohortNumbers } from "@/api/types";

export const SHOWS = ["value", "orders", "repeat", "active"] as const;
export type Show = (typeof SHOWS)[number];

/** What a cohort came to by each of its months; null where it has nobody. */
export function cohortLine(cohort: CohortNumbers, show: Show): (number | null)[] {
  const { customers } = cohort;
  if (customers === 0) return cohort.months.map(() => null);
  return cohort.months.map((month) => {
    switch (show) {
      case "value":
        return month.paid_fen / customers;
      case "orders":
        return month.orders / customers;
      case "repeat":
        return month.repeat_buyers / customers;
      case "active":
        return month.active / customers;
    }
  });
}
