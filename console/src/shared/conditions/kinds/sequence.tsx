import { CloseOutlined, PlusOutlined } from "@ant-design/icons";
import { Button } from "antd";
import type { EventMatch, SequenceCondition, SequenceStep } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { propertiesOf, useBook } from "../book";
import { conditionsTexts } from "../conditions-texts";
import { below } from "../edit-tree";
import { Choice, NameField, Word, type FieldsProps } from "../fields/basics";
import { DurationField } from "../fields/duration-field";
import { AddFilter, EventField, FiltersField } from "../fields/event-field";
import { WindowField } from "../fields/window-field";
import styles from "../builder.module.css";

const STEPS_MAX = 10;
const A_WEEK = { amount: 7, unit: "day" as const };

interface PartProps<C> {
  value: C;
  fault: string | null;
  onChange: (value: C) => void;
}

function RemoveButton({ label, onClick }: { label: string; onClick: () => void }) {
  return (
    <Button
      type="text"
      size="small"
      icon={<CloseOutlined aria-hidden />}
      className={styles.quietButton ?? ""}
      aria-label={label}
      title={label}
      onClick={onClick}
    />
  );
}

/** An event of a step, or one that must not come between, with what it is narrowed to. */
function Match<M extends EventMatch>({ value, fault, onChange }: PartProps<M>) {
  return (
    <>
      <EventField value={value.event} fault={fault} onChange={(event) => onChange({ ...value, event })} />
      <AddFilter value={value.where} onChange={(where) => onChange({ ...value, where })} />
    </>
  );
}

function Without({ value, fault, onChange }: PartProps<SequenceStep>) {
  const t = useTexts(conditionsTexts);
  const set = (at: number, next: EventMatch) =>
    onChange({ ...value, without: value.without.map((each, i) => (i === at ? next : each)) });
  return value.without.map((each, at) => (
    <div key={at} className={styles.stepLine}>
      <Word>{t.without}</Word>
      <Match value={each} fault={below(fault, `without.${at}`)} onChange={(next) => set(at, next)} />
      <RemoveButton
        label={t.removeWithout}
        onClick={() => onChange({ ...value, without: value.without.filter((_, i) => i !== at) })}
      />
      <FiltersField
        event={each.event}
        value={each.where}
        fault={below(fault, `without.${at}`)}
        onChange={(where) => set(at, { ...each, where })}
      />
    </div>
  ));
}

/** How long after the step before, and without what between. */
function Gap({ value, fault, onChange }: PartProps<SequenceStep>) {
  const t = useTexts(conditionsTexts);
  const book = useBook();
  return (
    <>
      <div className={styles.stepLine}>
        <Word>{t.then}</Word>
        {!value.is_absent && (
          <Choice
            label={t.within}
            value={value.within ? "limited" : "any"}
            words={{ any: t.anyGap, limited: t.within }}
            keys={["any", "limited"]}
            fault={below(fault, "within") !== null}
            onChange={(next) => onChange({ ...value, within: next === "any" ? null : A_WEEK })}
          />
        )}
        {value.within && (
          <>
            <DurationField
              value={value.within}
              fault={below(fault, "within") !== null}
              onChange={(within) => onChange({ ...value, within })}
            />
            <Word>{t.gap}</Word>
          </>
        )}
        <Button
          type="text"
          size="small"
          icon={<PlusOutlined aria-hidden />}
          className={styles.quietButton ?? ""}
          onClick={() =>
            onChange({
              ...value,
              without: [...value.without, { event: book.events[0]?.name ?? "", where: [] }],
            })
          }
        >
          {t.addWithout}
        </Button>
      </div>
      <Without value={value} fault={fault} onChange={onChange} />
    </>
  );
}

interface StepBoxProps extends PartProps<SequenceStep> {
  at: number;
  isLast: boolean;
  onRemove: (() => void) | null;
}

function StepBox({ value, at, isLast, fault, onChange, onRemove }: StepBoxProps) {
  const t = useTexts(conditionsTexts);
  return (
    <li className={styles.step}>
      {at > 0 && <Gap value={value} fault={fault} onChange={onChange} />}
      <div className={styles.stepLine} role="group" aria-label={t.step(at + 1)}>
        <span className={styles.stepNumber} aria-hidden="true">
          {at + 1}
        </span>
        {at > 0 && (isLast || value.is_absent) && (
          <Choice
            label={t.happens}
            value={value.is_absent ? "absent" : "happens"}
            words={t.happensWords}
            keys={["happens", "absent"]}
            fault={below(fault, "is_absent") !== null}
            onChange={(next) =>
              onChange({
                ...value,
                is_absent: next === "absent",
                within: next === "absent" ? (value.within ?? A_WEEK) : value.within,
              })
            }
          />
        )}
        <Match value={value} fault={fault} onChange={onChange} />
        {onRemove && <RemoveButton label={t.removeStep} onClick={onRemove} />}
        <FiltersField
          event={value.event}
          value={value.where}
          fault={fault}
          onChange={(where) => onChange({ ...value, where })}
        />
      </div>
    </li>
  );
}

/** The first step follows nothing, and only the last may be one that never came. */
function tidied(steps: readonly SequenceStep[]): SequenceStep[] {
  return steps.map((step, at) => ({
    ...step,
    ...(at === 0 ? { within: null, without: [] } : {}),
    is_absent: step.is_absent && at === steps.length - 1,
  }));
}

export function SequenceFields({ condition, fault, onChange }: FieldsProps<SequenceCondition>) {
  const t = useTexts(conditionsTexts);
  const book = useBook();
  const { steps, same } = condition;
  const setSteps = (next: readonly SequenceStep[]) => onChange({ ...condition, steps: tidied(next) });
  const lastEvent = steps.at(-1)?.event ?? "";
  // Only what every step can have in common is offered.
  const common = propertiesOf(book, steps[0]?.event ?? "")
    .map(({ name }) => name)
    .filter((name) =>
      steps.every(({ event }) => propertiesOf(book, event).some((each) => each.name === name)),
    );
  return (
    <div className={styles.wide}>
      <ol className={styles.steps}>
        {steps.map((step, at) => (
          <StepBox
            key={at}
            value={step}
            at={at}
            isLast={at === steps.length - 1}
            fault={below(fault, `steps.${at}`)}
            onChange={(next) => setSteps(steps.map((each, i) => (i === at ? next : each)))}
            onRemove={steps.length > 2 ? () => setSteps(steps.filter((_, i) => i !== at)) : null}
          />
        ))}
      </ol>
      <div className={styles.stepLine}>
        {steps.length < STEPS_MAX && (
          <Button
            type="text"
            size="small"
            icon={<PlusOutlined aria-hidden />}
            className={styles.quietButton ?? ""}
            onClick={() =>
              setSteps([
                ...steps,
                { event: lastEvent, where: [], within: A_WEEK, without: [], is_absent: false },
              ])
            }
          >
            {t.addStep}
          </Button>
        )}
        <Word>{t.same}</Word>
        <NameField
          label={t.same}
          topic="attributes"
          value={same ?? ""}
          names={common}
          isOptional
          placeholder={t.sameNone}
          fault={below(fault, "same") !== null}
          onChange={(next) => onChange({ ...condition, same: next || null })}
        />
        <Word>{t.sequenceSpan}</Word>
        <WindowField
          value={condition.window}
          fault={below(fault, "window")}
          onChange={(window) => onChange({ ...condition, window })}
        />
      </div>
    </div>
  );
}
