import {
  Background,
  BackgroundVariant,
  Controls,
  MiniMap,
  ReactFlow,
  ReactFlowProvider,
  useReactFlow,
  type Connection,
  type NodeChange,
} from "@xyflow/react";
import "@xyflow/react/dist/base.css";
import { useEffect, useMemo, useRef, useState, type DragEvent } from "react";
import type { JourneyDocument, NodeKind } from "@/api/journey-document";
import { useTexts } from "@/shared/i18n/texts";
import { useTheme } from "@/shared/theme/theme-context";
import { connected, withLayout, type Spot } from "../journey-draft";
import { CanvasContext, type CanvasEditing, type CanvasShown } from "./canvas-context";
import { canvasTexts } from "./canvas-texts";
import { DRAGGED_KIND } from "./dragged-kind";
import { flowEdges, flowNodes, type AnyFlowNode } from "./flow-elements";
import { layoutOf, NODE_HEIGHT, NODE_WIDTH, WHEN, WHEN_WIDTH, type Places } from "./layout";
import { buttonId, StepNode } from "./step-node";
import { SPOT_ATTRIBUTE, WayEdge } from "./way-edge";
import { EndNode, WhenNode } from "./when-node";
import styles from "./canvas.module.css";

const NODE_TYPES = { step: StepNode, when: WhenNode, end: EndNode };
const EDGE_TYPES = { way: WayEdge };
const MINIMAP_FROM_NODES = 6;
const ZOOM_MIN = 0.2;
const MARGIN = 28;
const READABLE = 0.8;

export interface CanvasDrops {
  onChange: (change: (document: JourneyDocument) => JourneyDocument, of?: string) => void;
  onPlace: (kind: NodeKind, at: [number, number]) => void;
}

export interface JourneyCanvasProps extends Omit<CanvasShown, "editing"> {
  document: JourneyDocument;
  selected: ReadonlySet<string>;
  onSelect: (keys: ReadonlySet<string>) => void;
  editing: (CanvasEditing & CanvasDrops) | null;
  /** Where to look; each time it is asked anew. */
  focus: { key: string; time: number } | null;
}

const spotOf = (element: Element | null): Spot | null => {
  const [node, port] = element?.getAttribute(SPOT_ATTRIBUTE)?.split("|") ?? [];
  return port === undefined ? null : { node: node === "" ? null : (node ?? null), port };
};

/** Brings what is asked for into view, and gives it the keyboard. */
function useFocus(focus: JourneyCanvasProps["focus"], places: Places) {
  const flow = useReactFlow();
  const asked = useRef(focus);
  useEffect(() => {
    if (!focus || asked.current === focus) return;
    asked.current = focus;
    const node = flow.getInternalNode(focus.key);
    const box = document.querySelector(".react-flow")?.getBoundingClientRect();
    if (!node || !box?.width) return;
    const { width = 0, height = 0 } = node.measured;
    const zoom = flow.getZoom();
    const { x, y } = flow.flowToScreenPosition(node.internals.positionAbsolute);
    const isSeen =
      x >= box.left && y >= box.top && x + width * zoom <= box.right && y + height * zoom <= box.bottom;
    if (!isSeen)
      void flow.setCenter(
        node.internals.positionAbsolute.x + width / 2,
        node.internals.positionAbsolute.y + height / 2,
        { zoom: Math.max(zoom, 0.7), duration: 200 },
      );
    document.getElementById(buttonId(focus.key))?.focus({ preventScroll: true });
  }, [focus, flow, places]);
}

/** Nodes are where the document has them, but for those in the hand. */
function useDragged(props: JourneyCanvasProps, places: Places) {
  const [dragged, setDragged] = useState<Places | null>(null);
  const shown = useMemo(() => (dragged ? new Map([...places, ...dragged]) : places), [places, dragged]);
  const onNodesChange = (changes: NodeChange<AnyFlowNode>[]) => {
    const selected = new Set(props.selected);
    let isPicked = false;
    const moved = new Map(dragged);
    for (const change of changes) {
      if (change.type === "select") {
        isPicked = true;
        if (change.selected) selected.add(change.id);
        else selected.delete(change.id);
      }
      if (change.type === "position" && change.position) moved.set(change.id, change.position);
    }
    if (isPicked) props.onSelect(selected);
    if (moved.size > (dragged?.size ?? 0) || changes.some(({ type }) => type === "position"))
      setDragged(moved);
  };
  const onNodeDragStop = () => {
    if (!dragged) return;
    setDragged(null);
    const keys = props.document.nodes.map(({ key }) => key);
    const layout = keys.map((key): [string, [number, number]] => {
      const { x, y } = shown.get(key) ?? { x: 0, y: 0 };
      return [key, [Math.round(x), Math.round(y)]];
    });
    props.editing?.onChange((document) => withLayout(document, Object.fromEntries(layout)));
  };
  return { shown, onNodesChange, onNodeDragStop };
}

function Flow(props: JourneyCanvasProps) {
  const { document: journey, editing, selected, focus, wording } = props;
  const t = useTexts(canvasTexts);
  const { mode } = useTheme();
  const flow = useReactFlow();
  const frame = useRef<HTMLDivElement>(null);
  const layout = useMemo(() => layoutOf(journey), [journey]);
  const { places } = layout;
  const { shown, onNodesChange, onNodeDragStop } = useDragged(props, places);
  useFocus(focus, places);
  const isEditable = editing !== null;
  // While something is in the hand ways go straight.
  const drawn = useMemo(
    () => (shown === places ? layout : { places: shown, routes: new Map<string, never>() }),
    [layout, places, shown],
  );
  const nodes = useMemo(
    () => flowNodes({ document: journey, layout: drawn, selected, isEditable }),
    [journey, drawn, selected, isEditable],
  );
  const edges = useMemo(() => flowEdges(journey, drawn, wording.t), [journey, drawn, wording]);

  // A long journey begins at its top, large enough to be read; React Flow would show its middle.
  const show = () => {
    const box = frame.current?.getBoundingClientRect();
    if (!box || box.width === 0) return;
    const bounds = flow.getNodesBounds(nodes);
    const wide = box.width - 2 * MARGIN;
    const fitting = Math.min(wide / bounds.width, (box.height - 2 * MARGIN) / bounds.height);
    const zoom = Math.min(1, Math.max(fitting, Math.min(READABLE, wide / WHEN_WIDTH)));
    const isWhole = bounds.width * zoom <= box.width;
    const start = places.get(WHEN) ?? { x: 0, y: 0 };
    const middle = isWhole ? bounds.x + bounds.width / 2 : start.x + WHEN_WIDTH / 2;
    void flow.setViewport({ zoom, x: box.width / 2 - middle * zoom, y: MARGIN - bounds.y * zoom });
  };
  const connect = ({ source, sourceHandle, target }: Connection) => {
    if (sourceHandle && target !== WHEN)
      editing?.onChange((document) => connected(document, { node: source, port: sourceHandle }, target));
  };
  const drop = (event: DragEvent) => {
    const kind = event.dataTransfer.getData(DRAGGED_KIND) as NodeKind | "";
    if (!kind || !editing) return;
    event.preventDefault();
    const under = document.elementsFromPoint(event.clientX, event.clientY);
    const spot = under.map((element) => spotOf(element.closest(`[${SPOT_ATTRIBUTE}]`))).find(Boolean) ?? null;
    const way = under.map((each) => each.closest(".react-flow__edge")?.getAttribute("data-id")).find(Boolean);
    const onWay = way ? edges.find(({ id }) => id === way)?.data?.spot : undefined;
    const { x, y } = flow.screenToFlowPosition({ x: event.clientX, y: event.clientY });
    const corner = { x: Math.round(x - NODE_WIDTH / 2), y: Math.round(y - NODE_HEIGHT / 2) };
    // What covers the end of a way stands on it: left beside, it would only look connected.
    const covered = flow
      .getIntersectingNodes({ ...corner, width: NODE_WIDTH, height: NODE_HEIGHT })
      .find(({ type }) => type === "end");
    const onEnd = covered && edges.find(({ target }) => target === covered.id)?.data?.spot;
    const place = spot ?? onWay ?? onEnd;
    if (place) editing.onInsert(place, kind);
    else editing.onPlace(kind, [corner.x, corner.y]);
  };
  return (
    // What is dropped here can be put here by the palette's buttons and the pluses as well.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <div
      ref={frame}
      className={styles.canvas}
      role="region"
      aria-label={t.canvas}
      onDragOver={(event) => editing && event.preventDefault()}
      onDrop={drop}
    >
      <p className="visually-hidden">{t.keys}</p>
      <ReactFlow
        nodes={nodes}
        edges={edges}
        nodeTypes={NODE_TYPES}
        edgeTypes={EDGE_TYPES}
        colorMode={mode}
        onInit={show}
        onNodesChange={onNodesChange}
        onNodeDragStop={onNodeDragStop}
        onConnect={connect}
        onPaneClick={() => props.onSelect(new Set())}
        isValidConnection={({ target }) => target !== WHEN && !target.startsWith("@end")}
        nodesDraggable={isEditable}
        nodesConnectable={isEditable}
        nodesFocusable={false}
        edgesFocusable={false}
        elementsSelectable
        disableKeyboardA11y
        deleteKeyCode={null}
        minZoom={ZOOM_MIN}
        maxZoom={1.5}
        preventScrolling
        proOptions={{ hideAttribution: true }}
        ariaLabelConfig={{
          "controls.ariaLabel": t.controls,
          "controls.zoomIn.ariaLabel": t.zoomIn,
          "controls.zoomOut.ariaLabel": t.zoomOut,
          "controls.fitView.ariaLabel": t.fit,
          "minimap.ariaLabel": t.map,
        }}
      >
        <Background variant={BackgroundVariant.Dots} gap={22} size={1.4} />
        <Controls showInteractive={false} position="bottom-left" />
        {journey.nodes.length >= MINIMAP_FROM_NODES && (
          <MiniMap
            pannable
            zoomable
            position="bottom-right"
            style={{ width: 148, height: 104 }}
            className={styles.map ?? ""}
          />
        )}
      </ReactFlow>
    </div>
  );
}

/** A journey as a graph that can be moved about in, and changed where its owner lets it. */
export function JourneyCanvas(props: JourneyCanvasProps) {
  const { wording, editing, faults, numbers, passages, marks } = props;
  const shown = useMemo(
    () => ({ wording, editing, faults, numbers, passages, marks }),
    [wording, editing, faults, numbers, passages, marks],
  );
  return (
    <ReactFlowProvider>
      <CanvasContext value={shown}>
        <Flow {...props} />
      </CanvasContext>
    </ReactFlowProvider>
  );
}
