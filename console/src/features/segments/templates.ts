import type { Condition } from "@/api/types";

export type TemplateName = "silentBuyers" | "newBuyers" | "bigSpenders" | "neverBought";

const bought = (count: number): Condition => ({
  kind: "event_count",
  event: "order_paid",
  operator: "at_least",
  count,
  within_days: null,
});

/** Segments that nearly every brand begins with. */
export const templates: Record<TemplateName, Condition> = {
  silentBuyers: {
    kind: "all",
    of: [bought(2), { kind: "recency", event: "order_paid", operator: "more_than", days: 90 }],
  },
  newBuyers: {
    kind: "all",
    of: [
      { kind: "event_count", event: "order_paid", operator: "exactly", count: 1, within_days: null },
      { kind: "recency", event: "order_paid", operator: "within", days: 7 },
    ],
  },
  bigSpenders: {
    kind: "all",
    of: [
      {
        kind: "event_sum",
        event: "order_paid",
        property: "total_fen",
        operator: "at_least",
        value: 100_000,
        within_days: 365,
      },
    ],
  },
  neverBought: { kind: "all", of: [{ kind: "not", of: bought(1) }] },
};

export const isTemplateName = (name: string | null): name is TemplateName =>
  name !== null && name in templates;
