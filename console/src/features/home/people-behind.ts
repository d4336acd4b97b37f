import type { Condition } from "@/api/types";

/** The customers for whom a condition holds, as the address of their list. */
export const peopleWith = (condition: Condition, sort?: "orders" | "revenue") =>
  `/customers?${new URLSearchParams({ where: JSON.stringify(condition), ...(sort && { sort }) }).toString()}`;

/** Whoever has paid so many orders. */
export const buyersOf = (orders: number): Condition => ({
  kind: "event",
  event: "order_paid",
  operator: "at_least",
  value: orders,
  measure: "count",
  where: [],
});

/** Whoever was met first in the last days. */
export const metWithin = (days: number): Condition => ({
  kind: "event",
  event: "profile_created",
  operator: "at_least",
  value: 1,
  measure: "count",
  where: [],
  window: { kind: "rolling", most: { amount: days, unit: "day" } },
});
