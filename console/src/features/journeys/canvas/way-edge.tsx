import { PlusOutlined } from "@ant-design/icons";
import { BaseEdge, EdgeLabelRenderer, getSmoothStepPath, type EdgeProps } from "@xyflow/react";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTexts } from "@/shared/i18n/texts";
import { AddNodeMenu } from "../add-node-menu";
import { useCanvas } from "./canvas-context";
import { canvasTexts } from "./canvas-texts";
import type { WayEdge as Way } from "./flow-elements";
import { CORNER, routedPath } from "./routed-path";
import styles from "./canvas.module.css";

/** Marks what a piece dragged out of the palette can be dropped on. */
export const SPOT_ATTRIBUTE = "data-spot";

/** One way from a node to the next: what it is called, how many went it, and where another node can be put. */
export function WayEdge(props: EdgeProps<Way>) {
  const { data, markerEnd, selected } = props;
  const t = useTexts(canvasTexts);
  const n = useNumberFormat();
  const { editing, passages } = useCanvas();
  const [path, x, y] = data?.route
    ? routedPath({ x: props.sourceX, y: props.sourceY }, data.route, { x: props.targetX, y: props.targetY })
    : getSmoothStepPath({
        sourceX: props.sourceX,
        sourceY: props.sourceY,
        sourcePosition: props.sourcePosition,
        targetX: props.targetX,
        targetY: props.targetY,
        targetPosition: props.targetPosition,
        borderRadius: CORNER,
      });
  if (!data) return null;
  const { spot, from, label, isBack } = data;
  const passed = spot.node === null ? undefined : passages?.get(`${spot.node}:${spot.port}`);
  const isEnd = props.target.startsWith("@end");
  return (
    <>
      <BaseEdge
        path={path}
        markerEnd={markerEnd}
        interactionWidth={18}
        className={[isBack && styles.back, selected && styles.chosen].filter(Boolean).join(" ")}
      />
      {(editing ?? label ?? passed) !== undefined && (
        <EdgeLabelRenderer>
          <div
            className={`${styles.way} nodrag nopan`}
            style={{ transform: `translate(-50%, -50%) translate(${x}px, ${y}px)` }}
            {...{ [SPOT_ATTRIBUTE]: `${spot.node ?? ""}|${spot.port}` }}
          >
            {label !== null && <span className={styles.wayName}>{label}</span>}
            {passed !== undefined && <span className={styles.wayNumber}>{n.whole(passed)}</span>}
            {editing && (
              <AddNodeMenu
                kinds={editing.kinds}
                onAdd={(kind) => editing.onInsert(spot, kind)}
                onCut={isEnd || spot.node === null ? undefined : () => editing.onDisconnect(spot)}
              >
                <button
                  type="button"
                  className={styles.plus}
                  aria-label={t.addHere([from ?? t.start, label].filter(Boolean).join(" · "))}
                >
                  <PlusOutlined aria-hidden />
                </button>
              </AddNodeMenu>
            )}
          </div>
        </EdgeLabelRenderer>
      )}
    </>
  );
}
