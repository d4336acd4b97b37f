import { ExclamationCircleFilled } from "@ant-design/icons";
import { Handle, Position, type NodeProps } from "@xyflow/react";
import { useLanguage } from "@/shared/i18n/language-context";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTexts } from "@/shared/i18n/texts";
import { reasonsOf } from "../edit-context";
import { groupOf } from "../node-kinds";
import { NodeIcon } from "../node-icons";
import { summaryOf, titleOf } from "../node-summary";
import { useCanvas } from "./canvas-context";
import { canvasTexts } from "./canvas-texts";
import { portShare, type StepFlowNode } from "./flow-elements";
import styles from "./canvas.module.css";

export const buttonId = (key: string) => `journey-node-${key}`;

/** Who is there, who has been, and who stumbled. */
function Numbers({ of }: { of: string }) {
  const t = useTexts(canvasTexts);
  const n = useNumberFormat();
  const { numbers } = useCanvas();
  const found = numbers?.get(of);
  if (!found) return null;
  return (
    <span className={styles.numbers}>
      {found.resting > 0 && (
        <span className={styles.resting} title={t.resting}>
          <span className="visually-hidden">{t.resting} </span>
          {n.whole(found.resting)}
        </span>
      )}
      {found.faulted > 0 && (
        <span className={styles.faulted} title={t.faulted}>
          <span className="visually-hidden">{t.faulted} </span>
          {n.whole(found.faulted)}
        </span>
      )}
      <span title={t.passed}>{t.passedNumber(n.whole(found.passed))}</span>
    </span>
  );
}

/** One node: what it is called, what it does, how many are there. */
export function StepNode({ data: { node, ports }, selected }: NodeProps<StepFlowNode>) {
  const t = useTexts(canvasTexts);
  const { language } = useLanguage();
  const { wording, editing, faults, numbers, marks } = useCanvas();
  const found = faults.get(node.key) ?? [];
  const mark = marks?.get(node.key);
  const title = titleOf(node, wording.t);
  const summary = summaryOf(node, wording);
  const reasons = reasonsOf(found, language).join(" ");
  const classes = [
    styles.step,
    styles[groupOf(node.kind)],
    selected && styles.selected,
    found.length > 0 && styles.faulty,
    mark && styles[mark],
  ];
  return (
    <div className={classes.filter(Boolean).join(" ")}>
      <Handle type="target" id="in" position={Position.Top} isConnectable={editing !== null} />
      <button
        type="button"
        id={buttonId(node.key)}
        className={styles.face}
        aria-pressed={selected}
        title={reasons || summary}
      >
        <span className={styles.icon} aria-hidden>
          <NodeIcon kind={node.kind} />
        </span>
        <span className={styles.words}>
          <span className={styles.title}>
            <span className={styles.name}>{title}</span>
            {found.length > 0 && <ExclamationCircleFilled aria-hidden className={styles.warning ?? ""} />}
            {mark && <span className={styles.mark}>{t.marks[mark]}</span>}
          </span>
          {summary && <span className="visually-hidden"> · </span>}
          <span className={styles.summary}>{summary}</span>
          {reasons && <span className="visually-hidden"> · {reasons}</span>}
        </span>
        {numbers && <Numbers of={node.key} />}
      </button>
      {ports.map(({ name }, index) => (
        <Handle
          key={name}
          type="source"
          id={name}
          position={Position.Bottom}
          isConnectable={editing !== null}
          style={{ left: `${portShare(index, ports.length) * 100}%` }}
        />
      ))}
    </div>
  );
}
