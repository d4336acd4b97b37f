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

/** The tree to edit; its root is always a group, so that there is somewhere to add. */
export function toTree(condition: Condition): Group {
  const node = toNode(condition);
  return isGroup(node) ? node : newGroup("all", [node]);
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

export function added(root: Group, groupId: number, item: Node): Group {
  return changed(root, groupId, (node) => (isGroup(node) ? { ...node, items: [...node.items, item] } : node));
}

export interface Fault {
  nodeId: number;
  /** The field of the condition, such as `count`; empty where the whole row is meant. */
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

function isFilled(condition: LeafCondition): boolean {
  switch (condition.kind) {
    case "attribute": {
      if (!condition.name) return false;
      if (condition.operator === "is_set" || condition.operator === "is_not_set") return true;
      const { value } = condition;
      return Array.isArray(value) ? value.length > 0 : value !== "" && value !== null && value !== undefined;
    }
    case "event_sum":
      return Boolean(condition.event && condition.property);
    default:
      return Boolean(condition.event);
  }
}

/** Whether every row says something; only then is there anything to count. */
export function isComplete(node: Node): boolean {
  return isGroup(node) ? node.items.length > 0 && node.items.every(isComplete) : isFilled(node.condition);
}
