import { Graph, layout as arrange } from "@dagrejs/dagre";
import type { JourneyDocument } from "@/api/journey-document";
import { portsOf, walkOrder } from "../ports";

export const NODE_WIDTH = 236;
export const NODE_HEIGHT = 66;
export const WHEN_WIDTH = 272;
export const END_SIZE = 26;
/** The room kept for an end: what the way is called stands above it. */
const END_ROOM = 148;
const BETWEEN_ROWS = 46;
/** The room kept for what a way is called, and the plus on it. */
const LABEL = { width: 108, height: 22, labelpos: "c" } as const;
const BETWEEN_NODES = 44;

/** What stands on the canvas beside the nodes: the beginning, and one end under each edge that leads nowhere. */
export const WHEN = "@when";
export const endOf = (node: string, port: string) => `@end:${node}:${port}`;

/** As high as it has lines. */
export const whenHeight = (triggers: number) => 44 + 20 * Math.max(1, triggers);

export interface Spotted {
  x: number;
  y: number;
}

export type Places = ReadonlyMap<string, Spotted>;

export const wayOf = (node: string, port: string) => `${node}:${port}`;

/** By which points a way goes between its nodes, and where what it is called stands. */
export interface Route {
  points: readonly Spotted[];
  label: Spotted;
}

export interface Layout {
  places: Places;
  /** Of places made by hand there are none: ways go straight. */
  routes: ReadonlyMap<string, Route>;
}

function graphOf(document: JourneyDocument) {
  const graph = new Graph({ multigraph: true });
  graph.setGraph({ rankdir: "TB", ranksep: BETWEEN_ROWS, nodesep: BETWEEN_NODES });
  graph.setNode(WHEN, { width: WHEN_WIDTH, height: whenHeight(document.triggers.length) });
  const byKey = new Map(document.nodes.map((node) => [node.key, node]));
  const order = walkOrder(document);
  for (const key of order) graph.setNode(key, { width: NODE_WIDTH, height: NODE_HEIGHT });
  if (document.start) graph.setEdge(WHEN, document.start, { ...LABEL }, "start");
  for (const key of order) {
    const node = byKey.get(key);
    for (const { name, to } of node ? portsOf(node) : []) {
      const target = to ?? endOf(key, name);
      if (to === null) graph.setNode(target, { width: END_ROOM, height: END_SIZE });
      graph.setEdge(key, target, { ...LABEL }, name);
    }
  }
  return graph;
}

/** Everything on the canvas, from the top down as it is walked. */
export function computedLayout(document: JourneyDocument): Layout {
  const graph = graphOf(document);
  arrange(graph);
  const places = new Map(
    graph.nodes().map((id) => {
      const { x = 0, y = 0, width = 0, height = 0 } = graph.node(id) as Record<string, number | undefined>;
      const drawn = width === END_ROOM ? END_SIZE : width;
      return [id, { x: x - drawn / 2, y: y - height / 2 }];
    }),
  );
  const routes = new Map(
    graph.edges().map((edge): [string, Route] => {
      const { points = [], x = 0, y = 0 } = graph.edge(edge) as Partial<Spotted> & { points?: Spotted[] };
      return [wayOf(edge.v, edge.name ?? ""), { points: points.slice(1, -1), label: { x, y } }];
    }),
  );
  return { places, routes };
}

/** The author's own places where there are some; what has none, and the ends, stand by those. */
export function layoutOf(document: JourneyDocument): Layout {
  const computed = computedLayout(document);
  const own = Object.entries(document.layout);
  if (own.length === 0) return computed;
  const places = new Map(computed.places);
  for (const [key, [x, y]] of own) if (places.has(key)) places.set(key, { x, y });
  const ports = new Map(document.nodes.map((node) => [node.key, portsOf(node)]));
  for (const [key, found] of ports) {
    const at = places.get(key);
    if (!at) continue;
    found.forEach(({ name, to }, index) => {
      if (to !== null) return;
      const x = at.x + (NODE_WIDTH * (index + 1)) / (found.length + 1) - END_SIZE / 2;
      places.set(endOf(key, name), { x: Math.round(x), y: at.y + NODE_HEIGHT + BETWEEN_ROWS + LABEL.height });
    });
  }
  const first = places.get(document.start);
  if (first && document.layout[document.start])
    places.set(WHEN, {
      x: first.x + (NODE_WIDTH - WHEN_WIDTH) / 2,
      y: first.y - BETWEEN_ROWS - LABEL.height - whenHeight(document.triggers.length),
    });
  return { places, routes: new Map() };
}
