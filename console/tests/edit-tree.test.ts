import { describe, expect, it } from "vitest";
import type { Condition } from "@/api/types";
import {
  added,
  isComplete,
  isGroup,
  locate,
  newGroup,
  newLeaf,
  removed,
  toCondition,
  toTree,
  type Group,
} from "@/features/segments/edit-tree";

const bought: Condition = {
  kind: "event_count",
  event: "order_paid",
  operator: "at_least",
  count: 2,
  within_days: null,
};
const silent: Condition = { kind: "recency", event: "order_paid", operator: "more_than", days: 90 };
const inCity: Condition = { kind: "attribute", name: "city", operator: "is", value: "上海" };

const nested: Condition = {
  kind: "all",
  of: [bought, { kind: "not", of: { kind: "any", of: [silent, { kind: "not", of: inCity }] } }],
};

describe("a definition being edited", () => {
  it("comes back as it went in", () => {
    expect(toCondition(toTree(nested))).toEqual(nested);
  });

  it("has a group at its root whatever it was", () => {
    expect(toCondition(toTree(bought))).toEqual({ kind: "all", of: [bought] });
    const negated = toTree({ kind: "not", of: bought });
    expect(isGroup(negated)).toBe(true);
    expect(toCondition(negated)).toEqual({ kind: "all", of: [{ kind: "not", of: bought }] });
  });

  it("takes two nots for none", () => {
    const twice: Condition = { kind: "all", of: [{ kind: "not", of: { kind: "not", of: bought } }] };
    expect(toCondition(toTree(twice))).toEqual({ kind: "all", of: [bought] });
  });

  it("loses a group with its last row", () => {
    const leaf = newLeaf({ kind: "recency", event: "order_paid", operator: "within", days: 1 });
    const root = added(toTree(bought), 0, leaf);
    expect(toCondition(root), "nobody has the id 0").toEqual(toCondition(toTree(bought)));
    const base = toTree(bought);
    const grown = added(base, base.id, newGroup("any", [leaf]));
    expect(grown.items).toHaveLength(2);
    expect(toCondition(removed(grown, leaf.id))).toEqual(toCondition(base));
  });

  it("is complete when every row says something", () => {
    expect(isComplete(toTree(nested))).toBe(true);
    expect(isComplete(toTree({ kind: "all", of: [] }))).toBe(false);
    expect(isComplete(toTree({ ...inCity, value: "" }))).toBe(false);
    expect(isComplete(toTree({ ...inCity, operator: "one_of", value: [] }))).toBe(false);
    expect(isComplete(toTree({ kind: "attribute", name: "city", operator: "is_set" }))).toBe(true);
    expect(isComplete(toTree({ ...inCity, value: false }))).toBe(true);
  });
});

describe("the place of a fault", () => {
  const root = toTree(nested);
  const group = root.items[1] as Group;

  it.each([
    ["of.0.count", root.items[0]?.id, "count"],
    ["definition.of.0.count", root.items[0]?.id, "count"],
    ["of.1.of.of.0.days", group.items[0]?.id, "days"],
    ["of.1.of.of.1.of.value", group.items[1]?.id, "value"],
    ["of.1.of", group.id, ""],
    ["", root.id, ""],
    ["of.7.count", root.id, "of.7.count"],
  ])("%s", (path, nodeId, field) => {
    expect(locate(root, path, "why")).toEqual({ nodeId, field, reason: "why" });
  });
});
