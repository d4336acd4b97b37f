import type { Attributes, LeafCondition } from "@/api/types";

const PURCHASE = "order_paid";

const firstEvent = (names: Attributes) =>
  names.events.find((event) => event.name === PURCHASE)?.name ?? names.events[0]?.name ?? PURCHASE;

/** A new row of a kind, filled so far as it can be: bought, at least once. */
export function newCondition(
  kind: LeafCondition["kind"],
  names: Attributes,
  event = firstEvent(names),
): LeafCondition {
  switch (kind) {
    case "attribute":
      return { kind, name: names.attributes[0]?.name ?? "", operator: "is", value: "" };
    case "event_count":
      return { kind, event, operator: "at_least", count: 1, within_days: null };
    case "event_sum": {
      const numbers = names.events
        .find((each) => each.name === event)
        ?.properties.filter((property) => property.kind === "number");
      const property = numbers?.find(({ name }) => name === "total_fen") ?? numbers?.[0];
      return {
        kind,
        event,
        property: property?.name ?? "",
        operator: "at_least",
        value: 0,
        within_days: null,
      };
    }
    case "recency":
      return { kind, event, operator: "within", days: 30 };
  }
}

/** The same row as another kind; what it is about stays. */
export function asKind(
  condition: LeafCondition,
  kind: LeafCondition["kind"],
  names: Attributes,
): LeafCondition {
  return newCondition(kind, names, "event" in condition ? condition.event : undefined);
}
