import type { Edge, JourneyDocument, JourneyNode, JourneySubject } from "@/api/journey-document";
import { mainEdge, nodeOf, portsOf, withEdges, withPort } from "./ports";

/**
 * What can be done to the document of a journey. All of it is pure, document in and document out, and keeps its shape:
 * keys are unique, and every edge leads to a node that there is, or to the end.
 */

export const NODES_MAX = 100;

/** One way out of a node; node null is the beginning. */
export interface Spot {
  node: string | null;
  port: string;
}

export const START: Spot = { node: null, port: "start" };

/** What a node says; its key and where it leads are given by the place that it comes to. */
export type NodeMaker = (key: string) => JourneyNode;

export const emptyDocument = (subject: JourneySubject): JourneyDocument => ({
  subject,
  targets: subject === "customer" ? null : { all: true },
  triggers: [],
  nodes: [],
  start: "",
  goals: [],
  exits: [],
  re_entry: { mode: "never", after_days: 0, times_max: null },
  lane: null,
  priority: 5,
  hold_out: 0,
  on_new_version: "keep",
  layout: {},
  goal_text: "",
});

/** A key that no node has: `wait_2`. */
export function freeKey(document: JourneyDocument, stem: string): string {
  const taken = new Set(document.nodes.map(({ key }) => key));
  for (let n = 1; ; n += 1) if (!taken.has(`${stem}_${n}`)) return `${stem}_${n}`;
}

export function edgeAt(document: JourneyDocument, spot: Spot): Edge {
  if (spot.node === null) return document.start || null;
  const node = nodeOf(document, spot.node);
  return (node && portsOf(node).find(({ name }) => name === spot.port)?.to) ?? null;
}

const replaced = (document: JourneyDocument, key: string, change: (node: JourneyNode) => JourneyNode) => ({
  ...document,
  nodes: document.nodes.map((node) => (node.key === key ? change(node) : node)),
});

/** The edge of one way out led elsewhere; the beginning always leads to a node while there is one. */
export function connected(document: JourneyDocument, spot: Spot, to: Edge): JourneyDocument {
  if (to !== null && !nodeOf(document, to)) return document;
  if (spot.node !== null) return replaced(document, spot.node, (node) => withPort(node, spot.port, to));
  return to === null ? document : { ...document, start: to };
}

/** The node changed in place: what it says, not its key. */
export function changedNode(document: JourneyDocument, key: string, next: JourneyNode): JourneyDocument {
  return replaced(document, key, () => ({ ...next, key }));
}

const LINE_HEIGHT = 128;

/** Places by hand with room made for one more below `above`; places that are computed need none. */
function withRoom(document: JourneyDocument, above: string | null, key: string): JourneyDocument["layout"] {
  const { layout } = document;
  const from = layout[above ?? document.start];
  if (!from) return layout;
  const at: [number, number] = above === null ? from : [from[0], from[1] + LINE_HEIGHT];
  const moved = Object.entries(layout).map(([each, [x, y]]): [string, [number, number]] => [
    each,
    y >= at[1] ? [x, y + LINE_HEIGHT] : [x, y],
  ]);
  return { ...Object.fromEntries(moved), [key]: at };
}

/** A new node on an edge: what came after the edge comes after the node. */
export function inserted(
  document: JourneyDocument,
  spot: Spot,
  stem: string,
  make: NodeMaker,
): { document: JourneyDocument; key: string } {
  const key = freeKey(document, stem);
  const made = make(key);
  const main = portsOf(made)[0];
  const node = main ? withPort(made, main.name, edgeAt(document, spot)) : made;
  const layout = withRoom(document, spot.node, key);
  const grown = { ...document, nodes: [...document.nodes, node], layout };
  return { document: connected(grown, spot, key), key };
}

/** A new node that nothing leads to yet, at a place on the canvas. */
export function placed(
  document: JourneyDocument,
  at: [number, number],
  stem: string,
  make: NodeMaker,
): { document: JourneyDocument; key: string } {
  const key = freeKey(document, stem);
  return {
    key,
    document: {
      ...document,
      nodes: [...document.nodes, make(key)],
      start: document.start || key,
      layout: { ...document.layout, [key]: at },
    },
  };
}

/** Without these nodes: what led to them leads on to where their main ways did. */
export function removed(document: JourneyDocument, keys: readonly string[]): JourneyDocument {
  const gone = new Set(keys);
  const onward = (edge: Edge): Edge => {
    const passed = new Set<string>();
    let at = edge;
    while (at !== null && gone.has(at)) {
      if (passed.has(at)) return null;
      passed.add(at);
      const node = nodeOf(document, at);
      at = node ? mainEdge(node) : null;
    }
    return at;
  };
  const nodes = document.nodes.filter(({ key }) => !gone.has(key)).map((node) => withEdges(node, onward));
  return {
    ...document,
    nodes,
    start: onward(document.start || null) ?? nodes[0]?.key ?? "",
    layout: Object.fromEntries(Object.entries(document.layout).filter(([key]) => !gone.has(key))),
  };
}

/** Nodes cut out of a document, to be put down again. */
export type Fragment = readonly JourneyNode[];

export const copied = (document: JourneyDocument, keys: readonly string[]): Fragment =>
  document.nodes.filter(({ key }) => keys.includes(key));

/** Where a fragment begins: the first node that none of the others leads to. */
function headOf(fragment: Fragment): JourneyNode | undefined {
  const led = new Set(
    fragment.flatMap((node) =>
      portsOf(node)
        .map(({ to }) => to)
        .filter((to) => to !== node.key),
    ),
  );
  return fragment.find(({ key }) => !led.has(key)) ?? fragment[0];
}

/**
 * Copies of the nodes, under keys of their own, put on an edge: among each other they lead as before, and what led out of
 * them leads to what came after the edge.
 */
export function pasted(
  document: JourneyDocument,
  spot: Spot,
  fragment: Fragment,
): { document: JourneyDocument; keys: string[] } {
  const head = headOf(fragment);
  if (!head || document.nodes.length + fragment.length > NODES_MAX) return { document, keys: [] };
  let grown = document;
  const keyOf = new Map<string, string>();
  let above = spot.node;
  for (const node of fragment) {
    const key = freeKey(grown, node.key.replace(/_\d+$/, "").slice(0, 32));
    keyOf.set(node.key, key);
    grown = { ...grown, layout: withRoom(grown, above, key), nodes: [...grown.nodes, { ...node, key }] };
    above = key;
  }
  const after = edgeAt(document, spot);
  const made = new Set(keyOf.values());
  const nodes = grown.nodes.map((node) =>
    made.has(node.key) ? withEdges(node, (to) => (to !== null ? (keyOf.get(to) ?? after) : after)) : node,
  );
  const keys = [...made];
  return { document: connected({ ...grown, nodes }, spot, keyOf.get(head.key) ?? null), keys };
}

/** Where something goes that comes after a node: its main way out; without a node, where the line from the start ends. */
export function spotAfter(document: JourneyDocument, key: string | null): Spot {
  const portOf = (node: JourneyNode) => portsOf(node)[0]?.name ?? "next";
  const chosen = nodeOf(document, key);
  if (chosen) return { node: chosen.key, port: portOf(chosen) };
  let spot = START;
  const seen = new Set<string>();
  for (let node = nodeOf(document, document.start); node && !seen.has(node.key);) {
    seen.add(node.key);
    spot = { node: node.key, port: portOf(node) };
    node = nodeOf(document, mainEdge(node));
  }
  // A line that runs in a circle has no end: whatever comes goes to the beginning.
  return edgeAt(document, spot) === null ? spot : START;
}

/** Each of the nodes once more, right behind itself; of several the whole piece behind its last. */
export function duplicated(document: JourneyDocument, keys: readonly string[]) {
  const fragment = copied(document, keys);
  const last = fragment.at(-1);
  if (!last) return { document, keys: [] };
  return pasted(document, spotAfter(document, last.key), fragment);
}

export const withLayout = (
  document: JourneyDocument,
  layout: JourneyDocument["layout"],
): JourneyDocument => ({ ...document, layout });

/** What is wrong with the shape of a document; nothing, whatever was done by the functions above. */
export function shapeFaults(document: JourneyDocument): string[] {
  const keys = document.nodes.map(({ key }) => key);
  const known = new Set(keys);
  const faults = keys.filter((key, at) => keys.indexOf(key) !== at).map((key) => `${key}: twice`);
  if (document.nodes.length > 0 && !known.has(document.start)) faults.push("start: unknown");
  for (const node of document.nodes)
    for (const { name, to } of portsOf(node))
      if (to !== null && !known.has(to)) faults.push(`${node.key}.${name}: unknown`);
  return faults;
}
