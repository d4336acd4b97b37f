import { BranchesOutlined, ClockCircleOutlined, SendOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useTexts } from "@/shared/i18n/texts";
import {
  editStep,
  newSend,
  newSplit,
  newWait,
  SPLITS_DEEP_MAX,
  type EditableStep,
  type EditStep,
} from "./journey-draft";
import { journeysTexts } from "./journeys-texts";
import { StepEditor } from "./step-editor";
import styles from "./journey-editor.module.css";

interface StepListProps {
  steps: readonly EditStep[];
  /** How many splits it stands in. */
  depth?: number;
  /** What the numbers of its steps begin with. */
  prefix?: string;
  onChange: (steps: EditStep[]) => void;
}

/** Steps in their order, of the journey or of an arm, and what can be added to them. */
export function StepList({ steps, depth = 0, prefix = "", onChange }: StepListProps) {
  const t = useTexts(journeysTexts);
  const move = (from: number, to: number) => {
    const moved = [...steps];
    moved.splice(to, 0, ...moved.splice(from, 1));
    onChange(moved);
  };
  const add = (step: EditableStep) => onChange([...steps, editStep(step)]);
  const size = depth > 0 ? "small" : "middle";
  return (
    <>
      {steps.length > 0 && (
        <ol className={styles.steps}>
          {steps.map(({ id, step }, index) => (
            <StepEditor
              key={id}
              id={id}
              step={step}
              number={`${prefix}${index + 1}`}
              onChange={(next) =>
                onChange(steps.map((each) => (each.id === id ? { ...each, step: next } : each)))
              }
              onRemove={() => onChange(steps.filter((each) => each.id !== id))}
              onUp={index > 0 ? () => move(index, index - 1) : null}
              onDown={index < steps.length - 1 ? () => move(index, index + 1) : null}
              stepsOf={(arm, change) => (
                <StepList
                  steps={arm.steps}
                  depth={depth + 1}
                  prefix={`${prefix}${index + 1}${arm.key.charAt(0).toUpperCase()}.`}
                  onChange={change}
                />
              )}
            />
          ))}
        </ol>
      )}
      <div className={styles.adders}>
        <Button size={size} icon={<ClockCircleOutlined />} onClick={() => add(newWait())}>
          {t.addWait}
        </Button>
        <Button size={size} icon={<SendOutlined />} onClick={() => add(newSend())}>
          {t.addSend}
        </Button>
        {depth < SPLITS_DEEP_MAX && (
          <Button size={size} icon={<BranchesOutlined />} onClick={() => add(newSplit(t))}>
            {t.addSplit}
          </Button>
        )}
      </div>
    </>
  );
}
