import type { Condition, LeafCondition } from "@/api/types";

/**
 * A definition while it is being edited. Every node has an id of its own (rows keep their focus when others come and
 * go), and `not` is a mark on a node instead of a node: people tick "does not", they do not nest it.
 */
export interface Leaf {
  id: number;
  negated: boolean;
  condition: LeafCondition;
}

export interface Group {
  id: number;
  negated: boolean;
  joiner: "all" | "any";
  items: Node[];
}

export type Node = Leaf | Group;

export const isGroup = (node: Node): node is Group => "joiner" in node;

let lastId = 0;
const nextId = () => ++lastId;

export const newLeaf = (condition: LeafCondition): Leaf => ({ id: nextId(), negated: false, condition });

export const newGroup = (joiner: Group["joiner"], items: Node[]): Group => ({
  id: nextId(),
  negated: false,
  joiner,
  items,
});

function toNode(condition: Condition): Node {
  switch (condition.kind) {
    case "all":
    case "any":
      return newGroup(condition.kind, condition.of.map(toNode));
    case "not": {
      const inner = toNode(condition.of);
      // `not not x` is x.
      return { ...inner, negated: !inner.negated };
    }
    default:
      return newLeaf(condition);
  }
}

/** The tree to edit; its root is always a plain group, so that there is somewhere to add. */
export function toTree(condition: Condition): Group {
  const node = toNode(condition);
  return isGroup(node) && !node.negated ? node : newGroup("all", [node]);
}

export function toCondition(node: Node): Condition {
  const plain: Condition = isGroup(node)
    ? { kind: node.joiner, of: node.items.map(toCondition) }
    : node.condition;
  return node.negated ? { kind: "not", of: plain } : plain;
}

export type Change = (node: Node) => Node;

/** The tree with the node `id` changed. */
export function changed(root: Group, id: number, change: Change): Group {
  const walk = (node: Node): Node => {
    if (node.id === id) return change(node);
    return isGroup(node) ? { ...node, items: node.items.map(walk) } : node;
  };
  return walk(root) as Group;
}

/** The tree without the node `id`; a group left empty goes with it. */
export function removed(root: Group, id: number): Group {
  const walk = (group: Group): Group => ({
    ...group,
    items: group.items
      .filter((item) => item.id !== id)
      .map((item) => (isGroup(item) ? walk(item) : item))
      .filter((item) => !isGroup(item) || item.items.length > 0),
  });
  return walk(root);
}

/** The same node again, under ids of its own. */
function again(node: Node): Node {
  return isGroup(node) ? { ...node, id: nextId(), items: node.items.map(again) } : { ...node, id: nextId() };
}

/** The tree with what stands around the node `id` rearranged by `change`; the root stands alone. */
function amongSiblings(root: Group, id: number, change: (items: Node[], at: number) => Node[]): Group {
  const walk = (group: Group): Group => {
    const at = group.items.findIndex((item) => item.id === id);
    if (at >= 0) return { ...group, items: change(group.items, at) };
    return { ...group, items: group.items.map((item) => (isGroup(item) ? walk(item) : item)) };
  };
  return walk(root);
}

/** The tree with a copy of the node `id` right after it. */
export function duplicated(root: Group, id: number): Group {
  return amongSiblings(root, id, (items, at) =>
    items.flatMap((item, i) => (i === at ? [item, again(item)] : [item])),
  );
}

/** The tree with the node `id` one place earlier or later in its group. */
export function moved(root: Group, id: number, by: -1 | 1): Group {
  return amongSiblings(root, id, (items, at) => {
    const there = at + by;
    const [one, other] = [items[at], items[there]];
    if (!one || !other) return items;
    return items.map((item, i) => (i === at ? other : i === there ? one : item));
  });
}

/** The tree with the node `id` in a group of its own, where others can be put beside it. */
export function wrapped(root: Group, id: number): Group {
  return amongSiblings(root, id, (items, at) =>
    items.map((item, i) => (i === at ? newGroup("any", [item]) : item)),
  );
}

/** The tree with what is in the group `id` standing in its place; a negated group means something as a whole and stays. */
export function unwrapped(root: Group, id: number): Group {
  return amongSiblings(root, id, (items, at) =>
    items.flatMap((item, i) => (i === at && isGroup(item) && !item.negated ? item.items : [item])),
  );
}

export function added(root: Group, groupId: number, item: Node): Group {
  return changed(root, groupId, (node) => (isGroup(node) ? { ...node, items: [...node.items, item] } : node));
}

export interface Fault {
  nodeId: number;
  /** The field of the condition, such as `steps.0.event`; empty where the whole row is meant. */
  field: string;
  reason: string;
}

/** Where in the tree the server's path (`of.1.count`) leads. */
export function locate(root: Group, path: string, reason: string): Fault {
  const steps = path.split(".").filter((step) => step !== "" && step !== "definition");
  let node: Node = root;
  let at = 0;
  for (;;) {
    // `not` is one step deeper in the definition than it is here.
    if (node.negated && steps[at] === "of") at += 1;
    const index = Number(steps[at + 1]);
    if (!isGroup(node) || steps[at] !== "of" || !Number.isInteger(index)) break;
    const next: Node | undefined = node.items[index];
    if (!next) break;
    node = next;
    at += 2;
  }
  return { nodeId: node.id, field: steps.slice(at).join("."), reason };
}

/** What is left of a fault's path below `step`; null where it points elsewhere. */
export function below(fault: string | null, step: string): string | null {
  if (fault === step) return "";
  return fault?.startsWith(`${step}.`) ? fault.slice(step.length + 1) : null;
}
