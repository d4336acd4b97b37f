import type { Condition } from "@/api/types";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";

type EventCondition = Extract<Condition, { kind: "event" }>;
type Period = NonNullable<EventCondition["window"]>;

/** The customers for whom a condition holds, as the address of their list. */
export const peopleWith = (condition: Condition, sort?: "orders" | "revenue" | "last_seen") =>
  `/customers?${new URLSearchParams({ where: JSON.stringify(condition), ...(sort && { sort }) }).toString()}`;

/** Whether somebody may see such a list: people, by a condition. */
export function useSeesPeople(): boolean {
  const may = useMay();
  return may(rights.readCustomers) && may(rights.readSegments);
}

const didOf = (event: string, value = 1, where: EventCondition["where"] = []): EventCondition => ({
  kind: "event",
  event,
  operator: "at_least",
  value,
  measure: "count",
  where,
});

/** From the beginning of one day to the end of another, like "2026-03-05". */
const days = (since: string, until: string): Period => ({ kind: "fixed", since_on: since, until_on: until });

/** Whoever has paid so many orders. */
export const buyersOf = (orders: number): Condition => didOf("order_paid", orders);

/** Whoever paid in a month, given as "2026-03". */
export const buyersIn = (month: string): Condition => {
  const [year = 0, number = 0] = month.split("-").map(Number);
  const last = new Date(Date.UTC(year, number, 0)).getUTCDate();
  return { ...didOf("order_paid"), window: days(`${month}-01`, `${month}-${last}`) };
};

const lastDays = (amount: number): Period => ({ kind: "rolling", most: { amount, unit: "day" } });

/** Whoever was met first in the last days; not who was known before and came by another name. */
export const metWithin = (amount: number): Condition => ({
  kind: "moment",
  event: "profile_created",
  which: "first",
  window: lastDays(amount),
  where: [],
});

/** Whoever did anything themselves in the last days. */
export const activeWithin = (amount: number): Condition => ({ kind: "acted", window: lastDays(amount) });

/** Whoever came by a code and was added; ever, or from one day to another. */
export const addedBy = (codeId: number, since?: string, until?: string): Condition => ({
  ...didOf("contact_added", 1, [{ property: "code_id", operator: "is", value: codeId }]),
  ...(since && until ? { window: days(since, until) } : {}),
});

/** Whom an experiment gave an arm. */
export const drawnTo = (experimentId: number, arm: string): Condition => ({
  kind: "event_value",
  event: "experiment_exposed",
  which: "first",
  property: "arm",
  operator: "is",
  value: arm,
  where: [{ property: "experiment_id", operator: "is", value: experimentId }],
});

/** Whose message of one version of a send or a journey came so far; null for states that end nowhere. */
export function whoseMessage(state: string, definitionId: number, version: number): Condition | null {
  const met = (event: string) =>
    didOf(event, 1, [
      { property: "definition_id", operator: "is", value: definitionId },
      { property: "version", operator: "is", value: version },
    ]);
  switch (state) {
    // What arrived was sent, too, and is counted as arrived.
    case "sent":
      return {
        kind: "all",
        of: [met("message_sent"), { ...met("message_delivered"), operator: "exactly", value: 0 }],
      };
    case "delivered":
    case "failed":
    case "held":
    case "cancelled":
      return met(`message_${state}`);
    default:
      return null;
  }
}
