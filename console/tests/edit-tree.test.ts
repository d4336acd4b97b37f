import { describe, expect, it } from "vitest";
import type { Condition } from "@/api/types";
import {
  added,
  below,
  duplicated,
  isGroup,
  locate,
  moved,
  newGroup,
  newLeaf,
  removed,
  toCondition,
  toTree,
  unwrapped,
  wrapped,
  type Group,
} from "@/shared/conditions/edit-tree";
import { isComplete } from "@/shared/conditions/filled";
import { startHistory, step } from "@/shared/conditions/use-history";

const bought: Condition = {
  kind: "event",
  event: "order_paid",
  operator: "at_least",
  value: 2,
  measure: "count",
  property: null,
  where: [],
  window: null,
};
const silent: Condition = {
  kind: "moment",
  event: "order_paid",
  which: "last",
  window: { kind: "rolling", most: null, least: { amount: 90, unit: "day" } },
  where: [],
};
const inCity: Condition = { kind: "attribute", name: "city", operator: "is", value: "上海" };

const nested: Condition = {
  kind: "all",
  of: [bought, { kind: "not", of: { kind: "any", of: [silent, { kind: "not", of: inCity }] } }],
};

const idOf = (root: Group, at: number) => root.items[at]?.id ?? 0;

describe("a definition being edited", () => {
  it("comes back as it went in", () => {
    expect(toCondition(toTree(nested))).toEqual(nested);
  });

  it("has a plain group at its root whatever it was", () => {
    expect(toCondition(toTree(bought))).toEqual({ kind: "all", of: [bought] });
    const negated = toTree({ kind: "not", of: bought });
    expect(isGroup(negated)).toBe(true);
    expect(toCondition(negated)).toEqual({ kind: "all", of: [{ kind: "not", of: bought }] });
    const notAny: Condition = { kind: "not", of: { kind: "any", of: [bought, silent] } };
    expect(toTree(notAny).negated, "the root has no mark to take off").toBe(false);
    expect(toCondition(toTree(notAny))).toEqual({ kind: "all", of: [notAny] });
  });

  it("takes two nots for none", () => {
    const twice: Condition = { kind: "all", of: [{ kind: "not", of: { kind: "not", of: bought } }] };
    expect(toCondition(toTree(twice))).toEqual({ kind: "all", of: [bought] });
  });

  it("loses a group with its last row", () => {
    const leaf = newLeaf(silent);
    const root = added(toTree(bought), 0, leaf);
    expect(toCondition(root), "nobody has the id 0").toEqual(toCondition(toTree(bought)));
    const base = toTree(bought);
    const grown = added(base, base.id, newGroup("any", [leaf]));
    expect(grown.items).toHaveLength(2);
    expect(toCondition(removed(grown, leaf.id))).toEqual(toCondition(base));
  });

  it("is rearranged without losing anything", () => {
    const root = toTree({ kind: "all", of: [bought, silent, inCity] });
    expect(toCondition(moved(root, idOf(root, 0), 1))).toEqual({ kind: "all", of: [silent, bought, inCity] });
    expect(moved(root, idOf(root, 0), -1), "the first goes no further up").toEqual(root);
    expect(toCondition(duplicated(root, idOf(root, 2)))).toEqual({
      kind: "all",
      of: [bought, silent, inCity, inCity],
    });
    const inGroup = wrapped(root, idOf(root, 1));
    expect(toCondition(inGroup)).toEqual({
      kind: "all",
      of: [bought, { kind: "any", of: [silent] }, inCity],
    });
    expect(toCondition(unwrapped(inGroup, idOf(inGroup, 1)))).toEqual(toCondition(root));
  });

  it("gives a copy of a group ids of its own, down to the last row", () => {
    const root = toTree(nested);
    const twice = duplicated(root, idOf(root, 1));
    const [, one, other] = twice.items as [unknown, Group, Group];
    expect(other.id).not.toBe(one.id);
    expect(other.items.map(({ id }) => id)).not.toEqual(one.items.map(({ id }) => id));
    expect(toCondition(other)).toEqual(toCondition(one));
  });

  it("keeps a negated group together: what it says it says as a whole", () => {
    const root = toTree(nested);
    expect(unwrapped(root, idOf(root, 1))).toEqual(root);
  });
});

describe("whether every row says something", () => {
  const blank = { kind: "sequence", same: null, window: null } as const;
  const stepOf = (event: string) => ({ event, where: [], within: null, without: [], is_absent: false });

  it.each<[boolean, Condition]>([
    [true, nested],
    [false, { kind: "all", of: [] }],
    [false, { ...inCity, value: "" }],
    [false, { ...inCity, operator: "one_of", value: [] }],
    [true, { kind: "attribute", name: "city", operator: "is_set" }],
    [true, { ...inCity, value: false }],
    [false, { ...bought, measure: "sum" }],
    [true, { ...bought, measure: "sum", property: "total_fen" }],
    [false, { ...bought, where: [{ property: "shop", operator: "is", value: null }] }],
    [false, { ...bought, window: { kind: "fixed", since_on: null, until_on: null } }],
    [false, { ...blank, steps: [stepOf("a"), stepOf("")] }],
    [false, { ...blank, steps: [stepOf("a"), { ...stepOf("b"), without: [{ event: "", where: [] }] }] }],
    [true, { ...blank, steps: [stepOf("a"), stepOf("b")] }],
    [false, { kind: "tag", tag_ids: [], operator: "any_of" }],
    [false, { kind: "segment", segment_id: 0 }],
    [false, { kind: "sample", name: "a", from_percent: 10, to_percent: 10 }],
    [true, { kind: "sample", name: "a", from_percent: 0, to_percent: 10 }],
    [false, { kind: "rfm", scheme_id: 3, cells: [] }],
  ])("%s: %j", (expected, condition) => {
    expect(isComplete(toTree(condition))).toBe(expected);
  });
});

describe("the place of a fault", () => {
  const root = toTree(nested);
  const group = root.items[1] as Group;

  it.each([
    ["of.0.value", root.items[0]?.id, "value"],
    ["definition.of.0.value", root.items[0]?.id, "value"],
    ["of.1.of.of.0.window.least", group.items[0]?.id, "window.least"],
    ["of.1.of.of.1.of.value", group.items[1]?.id, "value"],
    ["of.1.of", group.id, ""],
    ["", root.id, ""],
    ["of.7.value", root.id, "of.7.value"],
  ])("%s", (path, nodeId, field) => {
    expect(locate(root, path, "why")).toEqual({ nodeId, field, reason: "why" });
  });

  it("leads on into the fields of a row", () => {
    expect(below("steps.1.where.0.value", "steps.1")).toBe("where.0.value");
    expect(below("steps.1", "steps.1")).toBe("");
    expect(below("steps.10", "steps.1")).toBeNull();
    expect(below(null, "steps")).toBeNull();
  });
});

describe("the way back", () => {
  const change = (to: string, of: string | null, at: number) =>
    ({ kind: "change", change: () => to, of, at }) as const;

  it("takes quick changes of one thing as one, and a pause between them as an end", () => {
    let history = startHistory("a");
    history = step(history, change("ab", "node:1", 0));
    history = step(history, change("abc", "node:1", 500));
    history = step(history, change("abcd", "node:1", 5_000));
    expect(history.past).toEqual(["a", "abc"]);
    history = step(history, { kind: "back" });
    expect(history.present).toBe("abc");
    history = step(history, { kind: "back" });
    expect(history.present).toBe("a");
    expect(step(history, { kind: "back" }), "there is nothing before the first").toBe(history);
    history = step(history, { kind: "forth" });
    expect(history.present).toBe("abc");
  });

  it("has no way forth once something else was done", () => {
    let history = step(startHistory("a"), change("b", null, 0));
    history = step(history, { kind: "back" });
    history = step(history, change("c", null, 10));
    expect(history.future).toEqual([]);
    expect(history.past).toEqual(["a"]);
    expect(step(history, change("c", null, 20)), "no change is no step").toBe(history);
  });
});
