import {
  ArrowDownOutlined,
  ArrowUpOutlined,
  ClockCircleOutlined,
  DeleteOutlined,
  SendOutlined,
} from "@ant-design/icons";
import { Button, Dropdown, Input, InputNumber, Select } from "antd";
import { useState } from "react";
import type { SendStep, Step, WaitStep } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { useVocabulary } from "@/shared/i18n/vocabulary";
import { Field } from "@/shared/ui/field";
import { inLargestUnit, MINUTES_OF, type Unit } from "./duration";
import { journeysTexts } from "./journeys-texts";
import { MessagePreview } from "./message-preview";
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

interface SendFieldsProps {
  step: SendStep;
  attributes: readonly string[];
  faultOf: (field: string) => string | undefined;
  onChange: (step: SendStep) => void;
}

function SendFields({ step, attributes, faultOf, onChange }: SendFieldsProps) {
  const t = useTexts(journeysTexts);
  const vocabulary = useVocabulary();
  const names = attributes.includes("name") ? attributes : ["name", ...attributes];
  const insert = (name: string) => {
    const slot = name === "name" ? `{{ name|${t.fallback} }}` : `{{ ${name} }}`;
    onChange({ ...step, body: step.body + slot });
  };
  return (
    <div className={styles.send}>
      <div className={styles.fields}>
        <Field label={t.messageTitle} error={faultOf("title")}>
          {(control) => (
            <Input
              {...control}
              maxLength={200}
              value={step.title}
              onChange={(event) => onChange({ ...step, title: event.target.value })}
            />
          )}
        </Field>
        <Field label={t.body} error={faultOf("body")} note={t.bodyNote}>
          {(control) => (
            <Input.TextArea
              {...control}
              autoSize={{ minRows: 3, maxRows: 10 }}
              maxLength={2000}
              value={step.body}
              onChange={(event) => onChange({ ...step, body: event.target.value })}
            />
          )}
        </Field>
        <Dropdown
          trigger={["click"]}
          menu={{
            items: names.map((name) => ({ key: name, label: vocabulary.say("attributes", name) })),
            onClick: ({ key }) => insert(key),
            className: styles.menu ?? "",
          }}
        >
          <Button size="small" className={styles.insert ?? ""}>
            {t.insert}
          </Button>
        </Dropdown>
        <Field label={t.linkUrl} error={faultOf("link_url")} note={t.linkNote}>
          {(control) => (
            <Input
              {...control}
              type="url"
              placeholder="https://"
              value={step.link_url ?? ""}
              onChange={(event) => onChange({ ...step, link_url: event.target.value.trim() || null })}
            />
          )}
        </Field>
      </div>
      <div className={styles.preview}>
        <span className={styles.previewName}>{t.preview}</span>
        <MessagePreview step={step} />
      </div>
    </div>
  );
}

interface StepEditorProps {
  step: Step;
  number: number;
  attributes: readonly string[];
  faultOf: (field: string) => string | undefined;
  onChange: (step: Step) => void;
  onRemove: () => void;
  onUp: (() => void) | null;
  onDown: (() => void) | null;
}

export function StepEditor(props: StepEditorProps) {
  const { step, number, attributes, faultOf, onChange, onRemove, onUp, onDown } = props;
  const t = useTexts(journeysTexts);
  const fault = faultOf("") ?? faultOf("minutes");
  return (
    <li className={styles.step}>
      <div className={styles.stepHead}>
        <span className={styles.stepName}>
          {step.kind === "wait" ? <ClockCircleOutlined aria-hidden /> : <SendOutlined aria-hidden />}
          {number}. {step.kind === "wait" ? t.waitFor : t.send}
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
        <SendFields step={step} attributes={attributes} faultOf={faultOf} onChange={onChange} />
      )}
    </li>
  );
}
