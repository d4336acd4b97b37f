import {
  ArrowDownOutlined,
  ArrowUpOutlined,
  BranchesOutlined,
  ClockCircleOutlined,
  DeleteOutlined,
  SendOutlined,
} from "@ant-design/icons";
import { Button, InputNumber, Select } from "antd";
import { useState, type ReactNode } from "react";
import type { WaitStep } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { inLargestUnit, MINUTES_OF, type Unit } from "./duration";
import { ChannelFields } from "./channel-fields";
import { useEditing } from "./edit-context";
import type { EditableStep, EditArm, EditStep } from "./journey-draft";
import { journeysTexts } from "./journeys-texts";
import { MessageFields } from "./message-fields";
import { SplitFields } from "./split-fields";
import { VariantsFields } from "./variants-fields";
import styles from "./journey-editor.module.css";

const UNITS: readonly Unit[] = ["minutes", "hours", "days"];

function WaitFields({ step, onChange }: { step: WaitStep; onChange: (step: WaitStep) => void }) {
  const t = useTexts(journeysTexts);
  // The unit is the person's choice: 24 hours do not turn into a day while 240 is being typed.
  const [unit, setUnit] = useState(() => inLargestUnit(step.minutes).unit);
  const amount = step.minutes / MINUTES_OF[unit];
  const set = (nextAmount: number, nextUnit: Unit) => {
    setUnit(nextUnit);
    onChange({ ...step, minutes: nextAmount * MINUTES_OF[nextUnit] });
  };
  return (
    <div className={styles.wait}>
      <InputNumber
        aria-label={t.amount}
        min={1}
        precision={0}
        value={amount}
        // An emptied field is one about to be filled.
        onChange={(next) => next !== null && set(next, unit)}
      />
      <Select
        aria-label={t.unit}
        popupMatchSelectWidth={false}
        value={unit}
        onChange={(next) => set(amount, next)}
        options={UNITS.map((value) => ({ value, label: t.units[value] }))}
      />
    </div>
  );
}

interface StepEditorProps {
  id: number;
  step: EditableStep;
  number: string;
  onChange: (step: EditableStep) => void;
  onRemove: () => void;
  onUp: (() => void) | null;
  onDown: (() => void) | null;
  stepsOf: (arm: EditArm, onChange: (steps: EditStep[]) => void) => ReactNode;
}

const ICONS = {
  wait: <ClockCircleOutlined aria-hidden />,
  send: <SendOutlined aria-hidden />,
  split: <BranchesOutlined aria-hidden />,
} as const;

export function StepEditor(props: StepEditorProps) {
  const { id, step, number, onChange, onRemove, onUp, onDown, stepsOf } = props;
  const t = useTexts(journeysTexts);
  const { faults } = useEditing();
  const faultOf = (field: string) => faults[`${id}.${field}`];
  const fault = faultOf("") ?? faultOf("minutes") ?? faultOf("arms");
  const names = { wait: t.waitFor, send: t.send, split: t.split } as const;
  return (
    <li className={styles.step}>
      <div className={styles.stepHead}>
        <span className={styles.stepName}>
          {ICONS[step.kind]}
          {number}. {names[step.kind]}
        </span>
        {step.kind === "wait" && <WaitFields step={step} onChange={onChange} />}
        <span className={styles.tools}>
          <Button
            type="text"
            size="small"
            icon={<ArrowUpOutlined />}
            aria-label={t.moveUp}
            disabled={!onUp}
            onClick={() => onUp?.()}
          />
          <Button
            type="text"
            size="small"
            icon={<ArrowDownOutlined />}
            aria-label={t.moveDown}
            disabled={!onDown}
            onClick={() => onDown?.()}
          />
          <Button
            type="text"
            size="small"
            icon={<DeleteOutlined />}
            aria-label={t.removeStep}
            onClick={onRemove}
          />
        </span>
      </div>
      {fault && (
        <p role="alert" className={styles.fault}>
          {fault}
        </p>
      )}
      {step.kind === "send" && (
        <>
          <ChannelFields step={step} faultOf={faultOf} onChange={onChange} />
          <MessageFields
            text={step}
            faultOf={faultOf}
            onChange={(change) => onChange({ ...step, ...change })}
          />
          <VariantsFields step={step} faultOf={faultOf} onChange={onChange} />
        </>
      )}
      {step.kind === "split" && (
        <SplitFields step={step} faultOf={faultOf} onChange={onChange} stepsOf={stepsOf} />
      )}
    </li>
  );
}
