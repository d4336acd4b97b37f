import type { Condition, EventCondition } from "@/api/types";

const days = (amount: number) => ({ amount, unit: "day" as const });
const lastDays = (amount: number) => ({ kind: "rolling" as const, most: days(amount), least: null });
const longerAgo = (amount: number) => ({ kind: "rolling" as const, most: null, least: days(amount) });

const bought = (change: Partial<EventCondition> = {}): EventCondition => ({
  kind: "event",
  event: "order_paid",
  operator: "at_least",
  value: 1,
  measure: "count",
  property: null,
  where: [],
  window: null,
  ...change,
});

const spent = (fen: number): EventCondition =>
  bought({ measure: "sum", property: "total_fen", value: fen, window: lastDays(365) });

const lastBought = (window: ReturnType<typeof lastDays> | ReturnType<typeof longerAgo>): Condition => ({
  kind: "moment",
  event: "order_paid",
  which: "last",
  window,
  where: [],
});

const step = (event: string) => ({ event, where: [], within: null, without: [], is_absent: false });

/** Segments that nearly every brand begins with. */
export const templates = {
  silentBuyers: { kind: "all", of: [bought({ value: 2 }), lastBought(longerAgo(90))] },
  leftInCart: {
    kind: "all",
    of: [
      {
        kind: "sequence",
        steps: [step("cart_added"), { ...step("order_paid"), within: days(1), is_absent: true }],
        same: null,
        window: lastDays(14),
      },
    ],
  },
  coolingSpenders: {
    kind: "all",
    of: [
      spent(50_000),
      { kind: "stopped", event: "order_paid", since: days(30), before: days(180), at_least: 3, where: [] },
    ],
  },
  birthdays: {
    kind: "all",
    of: [
      {
        kind: "anniversary",
        attribute: "birthday",
        event: null,
        which: "first",
        where: [],
        from_days: 0,
        to_days: 7,
      },
    ],
  },
  newBuyers: {
    kind: "all",
    of: [bought({ operator: "exactly" }), lastBought(lastDays(7))],
  },
  returned: {
    kind: "all",
    of: [{ kind: "resumed", event: "order_paid", within: days(14), after: days(90), where: [] }],
  },
  bigSpenders: { kind: "all", of: [spent(100_000)] },
  neverBought: { kind: "all", of: [bought({ operator: "exactly", value: 0 })] },
} satisfies Record<string, Condition>;

export type TemplateName = keyof typeof templates;

export const isTemplateName = (name: string | null): name is TemplateName =>
  name !== null && name in templates;
