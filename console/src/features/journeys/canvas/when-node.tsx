import { Handle, Position, type NodeProps } from "@xyflow/react";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTexts } from "@/shared/i18n/texts";
import { WhenIcon } from "../node-icons";
import { triggerText } from "../node-summary";
import { useCanvas } from "./canvas-context";
import { canvasTexts } from "./canvas-texts";
import type { WhenFlowNode } from "./flow-elements";
import { WHEN } from "./layout";
import { buttonId } from "./step-node";
import styles from "./canvas.module.css";

/** Where it begins: what brings people in. */
export function WhenNode({ data: { document }, selected }: NodeProps<WhenFlowNode>) {
  const t = useTexts(canvasTexts);
  const n = useNumberFormat();
  const { wording, faults, numbers } = useCanvas();
  const isFaulty = (faults.get(WHEN) ?? []).length > 0;
  const entered = numbers?.get(WHEN)?.passed;
  const classes = [styles.when, selected && styles.selected, isFaulty && styles.faulty];
  return (
    <div className={classes.filter(Boolean).join(" ")}>
      <button type="button" id={buttonId(WHEN)} className={styles.face} aria-pressed={selected}>
        <span className={styles.icon}>
          <WhenIcon />
        </span>
        <span className={styles.words}>
          <span className={styles.title}>
            <span className={styles.name}>
              {wording.t.groups.when} · {wording.t.subjects[document.subject]}
            </span>
          </span>
          {document.triggers.length === 0 && <span className={styles.summary}>{wording.t.noTrigger}</span>}
          {document.triggers.map((trigger, index) => (
            // Triggers have no identity of their own; their place is all there is.
            <span key={index} className={styles.summary}>
              {triggerText(trigger, wording)}
            </span>
          ))}
        </span>
        {entered !== undefined && (
          <span className={styles.numbers}>
            <span>{t.entered(n.whole(entered))}</span>
          </span>
        )}
      </button>
      <Handle type="source" id="start" position={Position.Bottom} isConnectable={false} />
    </div>
  );
}

/** The end of one way. */
export function EndNode() {
  const { wording } = useCanvas();
  return (
    <div className={styles.end} title={wording.t.end}>
      <Handle type="target" id="in" position={Position.Top} isConnectable={false} />
      <span className="visually-hidden">{wording.t.end}</span>
    </div>
  );
}
