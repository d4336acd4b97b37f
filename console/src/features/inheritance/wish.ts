import type { InheritanceWish } from "@/api/types";

/** What is held while it is being filled in. */
export interface Held {
  giverId: number | null;
  takerIds: number[];
  of: "everyone" | "segment" | "tag" | "list" | "nobody";
  ofId: number | null;
  withGroups: boolean;
  sharing: "even" | "least_busy" | "by_hand";
  byHand: Record<number, number>;
  message: string;
}

/** The wish that is held, or null where something is missing. */
export function wishOf(held: Held, again: number | null): InheritanceWish | null {
  const needsId = held.of === "segment" || held.of === "tag" || held.of === "list";
  if (held.giverId === null || held.takerIds.length === 0 || (needsId && held.ofId === null)) return null;
  return {
    giver_id: held.giverId,
    taker_ids: held.takerIds,
    of: held.of,
    of_id: needsId ? (held.ofId ?? 0) : 0,
    customer_ids: [],
    sharing: held.sharing,
    by_hand:
      held.sharing === "by_hand"
        ? Object.entries(held.byHand)
            .filter(([, takerId]) => held.takerIds.includes(takerId))
            .map(([customerId, takerId]) => ({ customer_id: Number(customerId), taker_id: takerId }))
        : [],
    group_ids: held.withGroups ? null : [],
    message: held.message.trim(),
    again_of: again,
  };
}
