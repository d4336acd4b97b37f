import type { EventMatch, Filter, LeafCondition, Window } from "@/api/types";
import { isGroup, type Node } from "./edit-tree";

type Compared =
  Pick<Filter, "operator" | "value"> | { operator: "in_last_days" | "in_next_days"; value?: Filter["value"] };

/** Whether a comparison has the value that its operator takes. */
export function isCompared({ operator, value }: Compared): boolean {
  if (operator === "is_set" || operator === "is_not_set") return true;
  return Array.isArray(value) ? value.length > 0 : value !== "" && value !== null && value !== undefined;
}

const isMatch = ({ event, where }: EventMatch) =>
  Boolean(event) && where.every((filter) => Boolean(filter.property) && isCompared(filter));

const isSpan = (window: Window | null | undefined) =>
  window?.kind !== "fixed" || Boolean(window.since_on ?? window.until_on);

function isFilled(condition: LeafCondition): boolean {
  switch (condition.kind) {
    case "attribute":
      return Boolean(condition.name) && isCompared(condition);
    case "event": {
      const needsProperty = condition.measure !== "count" && condition.measure !== "days";
      return (
        isMatch(condition) && isSpan(condition.window) && (!needsProperty || Boolean(condition.property))
      );
    }
    case "moment":
      return isMatch(condition) && isSpan(condition.window);
    case "event_value":
      return (
        isMatch(condition) && isSpan(condition.window) && Boolean(condition.property) && isCompared(condition)
      );
    case "sequence":
      return (
        condition.steps.every((step) => isMatch(step) && step.without.every(isMatch)) &&
        isSpan(condition.window)
      );
    case "regular":
    case "resumed":
    case "stopped":
      return isMatch(condition);
    case "acted":
      return isSpan(condition.window);
    case "anniversary":
      return Boolean(condition.attribute) || (Boolean(condition.event) && condition.where.every(isCompared));
    case "tag":
      return condition.tag_ids.length > 0;
    case "keeper":
      return condition.staff_ids.length > 0;
    case "unit":
      return condition.unit_ids.length > 0;
    case "consent":
      return Boolean(condition.purpose);
    case "identity":
      return condition.identities.length > 0;
    case "entry":
      return condition.channels.length > 0;
    case "segment":
      return condition.segment_id > 0;
    case "list":
      return condition.list_id > 0;
    case "sample":
      return Boolean(condition.name) && condition.to_percent > condition.from_percent;
    case "estimate":
      return isCompared(condition);
    case "rfm":
      return condition.scheme_id > 0 && condition.cells.length > 0;
    case "stage":
      return condition.ladder_id > 0 && condition.stages.length > 0;
  }
}

/** Whether every row says something; only then is there anything to count. */
export function isComplete(node: Node): boolean {
  return isGroup(node) ? node.items.length > 0 && node.items.every(isComplete) : isFilled(node.condition);
}
