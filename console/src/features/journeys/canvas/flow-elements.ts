import { MarkerType, Position, type Edge as FlowEdge, type Node as FlowNode } from "@xyflow/react";
import type { JourneyDocument, JourneyNode } from "@/api/journey-document";
import type { Spot } from "../journey-draft";
import { portText, titleOf } from "../node-summary";
import type { NodeTexts } from "../node-texts";
import { portsOf, type Port } from "../ports";
import {
  END_SIZE,
  endOf,
  NODE_HEIGHT,
  NODE_WIDTH,
  WHEN,
  WHEN_WIDTH,
  whenHeight,
  wayOf,
  type Layout,
  type Places,
  type Route,
} from "./layout";

/** How a node stands in a comparison of two versions; or that somebody came by it. */
export type Mark = "added" | "removed" | "changed" | "walked";

export type StepFlowNode = FlowNode<{ node: JourneyNode; ports: readonly Port[] }, "step">;
export type WhenFlowNode = FlowNode<{ document: JourneyDocument }, "when">;
export type EndFlowNode = FlowNode<Record<string, never>, "end">;
export type AnyFlowNode = StepFlowNode | WhenFlowNode | EndFlowNode;

export type WayEdge = FlowEdge<
  {
    spot: Spot;
    /** What the node is called that it comes from. */ from: string | null;
    label: string | null;
    isBack: boolean;
    route: Route | null;
  },
  "way"
>;

type Handles = NonNullable<FlowNode["handles"]>;

const bottom = (id: string, share: number, width: number, height: number): Handles[number] => ({
  id,
  type: "source",
  position: Position.Bottom,
  x: width * share - 1 / 2,
  y: height,
  width: 1,
  height: 1,
});

const top = (width: number): Handles[number] => ({
  id: "in",
  type: "target",
  position: Position.Top,
  x: width / 2 - 1 / 2,
  y: 0,
  width: 1,
  height: 1,
});

/** Sizes are given, not measured: the layout needs them before anything is drawn. */
const sized = (width: number, height: number, handles: Handles) => ({
  width,
  height,
  measured: { width, height },
  handles,
});

export const portShare = (index: number, count: number) => (index + 1) / (count + 1);

export interface ElementsOf {
  document: JourneyDocument;
  layout: Layout;
  selected: ReadonlySet<string>;
  isEditable: boolean;
}

/** The ways out of a node from left to right, as what they lead to stands: so that they do not cross. */
function portsInOrder(node: JourneyNode, { places, routes }: Layout): Port[] {
  const across = ({ name, to }: Port) =>
    routes.get(wayOf(node.key, name))?.points[0]?.x ?? at(places, to ?? endOf(node.key, name)).x;
  return portsOf(node).toSorted((one, other) => across(one) - across(other));
}

const at = (places: Places, id: string) => places.get(id) ?? { x: 0, y: 0 };

export function flowNodes({ document, layout, selected, isEditable }: ElementsOf): AnyFlowNode[] {
  const { places } = layout;
  const height = whenHeight(document.triggers.length);
  const when: WhenFlowNode = {
    id: WHEN,
    type: "when",
    position: at(places, WHEN),
    data: { document },
    selected: selected.has(WHEN),
    draggable: false,
    deletable: false,
    ...sized(WHEN_WIDTH, height, [bottom("start", 1 / 2, WHEN_WIDTH, height)]),
  };
  const steps = document.nodes.flatMap((node): AnyFlowNode[] => {
    const ports = portsInOrder(node, layout);
    const sources = ports.map(({ name }, index) =>
      bottom(name, portShare(index, ports.length), NODE_WIDTH, NODE_HEIGHT),
    );
    return [
      {
        id: node.key,
        type: "step",
        position: at(places, node.key),
        data: { node, ports },
        selected: selected.has(node.key),
        draggable: isEditable,
        ...sized(NODE_WIDTH, NODE_HEIGHT, [top(NODE_WIDTH), ...sources]),
      },
      ...ports
        .filter(({ to }) => to === null)
        .map(({ name }): EndFlowNode => {
          const id = endOf(node.key, name);
          return {
            id,
            type: "end",
            position: at(places, id),
            data: {},
            draggable: false,
            selectable: false,
            ...sized(END_SIZE, END_SIZE, [top(END_SIZE)]),
          };
        }),
    ];
  });
  return [when, ...steps];
}

const edge = (spot: Spot, to: string, data: Omit<NonNullable<WayEdge["data"]>, "spot">): WayEdge => ({
  id: wayOf(spot.node ?? WHEN, spot.port),
  type: "way",
  source: spot.node ?? WHEN,
  sourceHandle: spot.port,
  target: to,
  targetHandle: "in",
  data: { spot, ...data },
  markerEnd: { type: MarkerType.ArrowClosed, width: 16, height: 16 },
  focusable: false,
});

export function flowEdges(document: JourneyDocument, { places, routes }: Layout, t: NodeTexts): WayEdge[] {
  const known = new Set(document.nodes.map(({ key }) => key));
  const first = known.has(document.start)
    ? [
        edge({ node: null, port: "start" }, document.start, {
          from: null,
          label: null,
          isBack: false,
          route: routes.get(wayOf(WHEN, "start")) ?? null,
        }),
      ]
    : [];
  return [
    ...first,
    ...document.nodes.flatMap((node) =>
      portsOf(node)
        .filter(({ to }) => to === null || known.has(to))
        .map((port) => {
          const to = port.to ?? endOf(node.key, port.name);
          const isBack = at(places, to).y <= at(places, node.key).y;
          return edge({ node: node.key, port: port.name }, to, {
            from: titleOf(node, t),
            label: portText(node, port, t),
            isBack,
            route: routes.get(wayOf(node.key, port.name)) ?? null,
          });
        }),
    ),
  ];
}
