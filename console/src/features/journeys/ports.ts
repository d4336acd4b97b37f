import type { Edge, JourneyDocument, JourneyNode } from "@/api/journey-document";

/**
 * The ways out of a node. A port is named by where its edge stands in the node: `next`, `on_timeout`, `ways.<key>`.
 * Everything that walks a document goes by these, and knows nothing of the kinds.
 */
export interface Port {
  name: string;
  to: Edge;
  /** What the author calls it, of ways and arms. */
  label: string | null;
}

const port = (name: string, to: Edge, label: string | null = null): Port => ({ name, to, label });

export function portsOf(node: JourneyNode): Port[] {
  switch (node.kind) {
    case "branch":
      return [
        ...node.ways.map((way) => port(`ways.${way.key}`, way.next, way.name)),
        port("otherwise", node.otherwise),
      ];
    case "split":
      return node.arms.map((arm) => port(`arms.${arm.key}`, arm.next, arm.name));
    case "wait_event":
      return [port("next", node.next), port("on_timeout", node.on_timeout)];
    case "task":
      return node.wait
        ? [port("next", node.next), port("on_expired", node.on_expired)]
        : [port("next", node.next)];
    case "coupon":
      return [port("next", node.next), port("on_empty", node.on_empty)];
    default:
      return [port("next", node.next)];
  }
}

/** The node with the edge of one port leading elsewhere. */
export function withPort(node: JourneyNode, name: string, to: Edge): JourneyNode {
  const [list, key] = name.split(".");
  if (list === "ways" && node.kind === "branch")
    return { ...node, ways: node.ways.map((way) => (way.key === key ? { ...way, next: to } : way)) };
  if (list === "arms" && node.kind === "split")
    return { ...node, arms: node.arms.map((arm) => (arm.key === key ? { ...arm, next: to } : arm)) };
  if (name === "otherwise" && node.kind === "branch") return { ...node, otherwise: to };
  if (name === "on_timeout" && node.kind === "wait_event") return { ...node, on_timeout: to };
  if (name === "on_expired" && node.kind === "task") return { ...node, on_expired: to };
  if (name === "on_empty" && node.kind === "coupon") return { ...node, on_empty: to };
  if (name === "next" && node.kind !== "branch" && node.kind !== "split") return { ...node, next: to };
  return node;
}

/** The node with all its edges led through `change`. An edge that its kind has, but does not use now, too. */
export function withEdges(node: JourneyNode, change: (to: Edge) => Edge): JourneyNode {
  const led = portsOf(node).reduce((so, { name, to }) => withPort(so, name, change(to)), node);
  return led.kind === "task" && !led.wait ? { ...led, on_expired: change(led.on_expired) } : led;
}

export const nodeOf = (document: JourneyDocument, key: Edge): JourneyNode | undefined =>
  key === null ? undefined : document.nodes.find((node) => node.key === key);

/** Where the main way out leads. */
export const mainEdge = (node: JourneyNode): Edge => portsOf(node)[0]?.to ?? null;

/** Keys in the order of the walk: the main way first, then the others; what cannot be reached comes last. */
export function walkOrder(document: JourneyDocument): string[] {
  const seen = new Set<string>();
  const visit = (key: Edge) => {
    const node = nodeOf(document, key);
    if (!node || seen.has(node.key)) return;
    seen.add(node.key);
    for (const { to } of portsOf(node)) visit(to);
  };
  visit(document.start);
  return [...seen, ...document.nodes.map(({ key }) => key).filter((key) => !seen.has(key))];
}
