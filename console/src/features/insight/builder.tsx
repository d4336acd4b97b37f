import { CloseOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Checkbox, Input } from "antd";
import { useState } from "react";
import type { FunnelQuestion, Question, RetentionQuestion } from "@/api/types";
import { propertiesOf, useBook } from "@/shared/conditions/book";
import { Choice, NameField, NamesField, Whole } from "@/shared/conditions/fields/basics";
import { useTexts } from "@/shared/i18n/texts";
import { AttributionFields } from "./attribution-fields";
import { BreakdownField, LengthField, Line, PeriodField, SegmentField } from "./common-fields";
import { EventChoices } from "./event-choices";
import { insightTexts } from "./insight-texts";
import { WithoutField } from "./without-field";
import styles from "./insight.module.css";

const STEPS_MAX = 10;

interface FieldsProps<Q> {
  question: Q;
  onChange: (question: Q) => void;
}

function FunnelFields({ question, onChange }: FieldsProps<FunnelQuestion>) {
  const t = useTexts(insightTexts);
  const book = useBook();
  const steps = (next: FunnelQuestion["steps"]) => onChange({ ...question, steps: next });
  return (
    <>
      <Line name={t.steps}>
        <ol className={styles.steps}>
          {question.steps.map((step, at) => (
            <li key={at} className={styles.step}>
              <span className={styles.stepNumber} aria-hidden="true">
                {at + 1}
              </span>
              <EventChoices
                label={t.step(at + 1)}
                value={step.events}
                onChange={(events) =>
                  steps(question.steps.map((each, i) => (i === at ? { ...each, events } : each)))
                }
              />
              {at > 0 && question.order !== "any" && (
                <WithoutField
                  value={step.without}
                  onChange={(without) =>
                    steps(question.steps.map((each, i) => (i === at ? { ...each, without } : each)))
                  }
                />
              )}
              {question.steps.length > 2 && (
                <Button
                  type="text"
                  size="small"
                  icon={<CloseOutlined aria-hidden />}
                  aria-label={t.removeStep}
                  title={t.removeStep}
                  onClick={() => steps(question.steps.filter((_, i) => i !== at))}
                />
              )}
            </li>
          ))}
        </ol>
        {question.steps.length < STEPS_MAX && (
          <Button
            size="small"
            icon={<PlusOutlined aria-hidden />}
            onClick={() =>
              steps([
                ...question.steps,
                { events: [{ event: book.events[0]?.name ?? "", where: [] }], without: [] },
              ])
            }
          >
            {t.addStep}
          </Button>
        )}
      </Line>
      <Line name={t.order}>
        <Choice
          label={t.order}
          value={question.order}
          words={t.orders}
          keys={["ordered", "strict", "any"]}
          onChange={(order) =>
            onChange({
              ...question,
              order,
              // Without an order nothing lies between.
              steps: question.steps.map((step) => (order === "any" ? { ...step, without: [] } : step)),
            })
          }
        />
      </Line>
      <LengthField
        name={t.window}
        value={question.window}
        onChange={(window) => onChange({ ...question, window })}
      />
      <BreakdownField
        event={question.steps[0]?.events[0]?.event ?? ""}
        value={question.breakdown}
        onChange={(breakdown) => onChange({ ...question, breakdown })}
      />
    </>
  );
}

/** `1, 2-4` as brackets; null for what is none. */
function bracketsOf(text: string): RetentionQuestion["brackets"] | null {
  const found = text
    .split(/[,，\s]+/)
    .filter(Boolean)
    .map((part) => /^(\d{1,2})(?:[-–](\d{1,2}))?$/.exec(part));
  if (found.length === 0 || found.length > 12) return null;
  const brackets = found.map((match) => ({
    least: Number(match?.[1]),
    most: Number(match?.[2] ?? match?.[1]),
  }));
  return brackets.every(({ least, most }) => least >= 1 && most >= least && most <= 90) ? brackets : null;
}

const bracketText = (brackets: RetentionQuestion["brackets"]) =>
  brackets.map(({ least, most }) => (least === most ? `${least}` : `${least}-${most}`)).join(", ");

function RetentionFields({ question, onChange }: FieldsProps<RetentionQuestion>) {
  const t = useTexts(insightTexts);
  const [typed, setTyped] = useState(bracketText(question.brackets));
  return (
    <>
      <Line name={t.start}>
        <EventChoices
          label={t.start}
          value={question.start}
          onChange={(start) => onChange({ ...question, start })}
        />
        <Choice
          label={t.first}
          value={question.first}
          words={t.firsts}
          keys={["period", "ever"]}
          onChange={(first) => onChange({ ...question, first })}
        />
      </Line>
      <Line name={t.back}>
        <EventChoices
          label={t.back}
          value={question.back}
          takesAnything
          onChange={(back) => onChange({ ...question, back })}
        />
      </Line>
      <Line name={t.how}>
        <Choice
          label={t.how}
          value={question.how}
          words={t.hows}
          keys={["on", "since", "brackets"]}
          onChange={(how) =>
            onChange({
              ...question,
              how,
              brackets: how === "brackets" ? (bracketsOf(typed) ?? [{ least: 1, most: 1 }]) : [],
            })
          }
        />
        {question.how === "brackets" ? (
          <Input
            aria-label={t.brackets}
            placeholder={t.brackets}
            className={styles.wideSelect ?? ""}
            status={bracketsOf(typed) ? "" : "error"}
            value={typed}
            onChange={(event) => {
              setTyped(event.target.value);
              const brackets = bracketsOf(event.target.value);
              if (brackets) onChange({ ...question, brackets });
            }}
          />
        ) : (
          <Whole
            label={t.offsets}
            min={1}
            max={90}
            value={question.offsets}
            onChange={(offsets) => onChange({ ...question, offsets })}
          />
        )}
      </Line>
      <BreakdownField
        event={question.start[0]?.event ?? ""}
        value={question.breakdown}
        onChange={(breakdown) => onChange({ ...question, breakdown })}
      />
    </>
  );
}

function PathsFields({ question, onChange }: FieldsProps<Extract<Question, { kind: "paths" }>>) {
  const t = useTexts(insightTexts);
  const book = useBook();
  return (
    <>
      <Line name={t.anchor}>
        <EventChoices
          isOne
          label={t.anchor}
          value={[question.anchor]}
          onChange={([anchor]) => anchor && onChange({ ...question, anchor })}
        />
        <Choice
          label={t.direction}
          value={question.direction}
          words={t.directions}
          keys={["from", "to"]}
          onChange={(direction) => onChange({ ...question, direction })}
        />
      </Line>
      <Line name={t.named}>
        <NamesField
          label={t.anything}
          topic="events"
          value={question.events}
          names={book.events.map(({ name }) => name)}
          onChange={(events) => onChange({ ...question, events })}
        />
      </Line>
      <Line name={t.depth}>
        <Whole
          label={t.depth}
          min={2}
          max={10}
          value={question.steps}
          onChange={(steps) => onChange({ ...question, steps })}
        />
        <span>{t.top}</span>
        <Whole
          label={t.top}
          min={1}
          max={30}
          value={question.top}
          onChange={(top) => onChange({ ...question, top })}
        />
        <Checkbox
          checked={question.collapse}
          onChange={(event) => onChange({ ...question, collapse: event.target.checked })}
        >
          {t.collapse}
        </Checkbox>
      </Line>
      <LengthField name={t.gap} value={question.gap} onChange={(gap) => onChange({ ...question, gap })} />
    </>
  );
}

function ContentFields({ question, onChange }: FieldsProps<Extract<Question, { kind: "completion" }>>) {
  const t = useTexts(insightTexts);
  const book = useBook();
  return (
    <>
      <Line name={t.opened}>
        <EventChoices
          isOne
          label={t.opened}
          value={[question.opened]}
          onChange={([opened]) => opened && onChange({ ...question, opened })}
        />
      </Line>
      <Line name={t.finished}>
        <EventChoices
          isOne
          label={t.finished}
          value={[question.finished]}
          onChange={([finished]) => finished && onChange({ ...question, finished })}
        />
      </Line>
      <Line name={t.contentProperty}>
        <NameField
          label={t.contentProperty}
          topic="attributes"
          value={question.property}
          names={propertiesOf(book, question.opened.event).map(({ name }) => name)}
          onChange={(property) => onChange({ ...question, property })}
        />
      </Line>
      <LengthField
        name={t.window}
        value={question.window}
        onChange={(window) => onChange({ ...question, window })}
      />
    </>
  );
}

function SendsFields({ question, onChange }: FieldsProps<Extract<Question, { kind: "sends" }>>) {
  const t = useTexts(insightTexts);
  return (
    <>
      <Line name={t.by}>
        <Choice
          label={t.by}
          value={question.by}
          words={t.bys}
          keys={["journey", "step", "channel"]}
          onChange={(by) => onChange({ ...question, by })}
        />
      </Line>
      <Line name={t.converted}>
        <EventChoices
          label={t.converted}
          value={question.converted}
          onChange={(converted) => onChange({ ...question, converted })}
        />
      </Line>
      <LengthField
        name={t.window}
        value={question.window}
        onChange={(window) => onChange({ ...question, window })}
      />
    </>
  );
}

function KindFields({ question, onChange }: FieldsProps<Question>) {
  const t = useTexts(insightTexts);
  switch (question.kind) {
    case "funnel":
      return <FunnelFields question={question} onChange={onChange} />;
    case "retention":
      return <RetentionFields question={question} onChange={onChange} />;
    case "paths":
      return <PathsFields question={question} onChange={onChange} />;
    case "completion":
      return <ContentFields question={question} onChange={onChange} />;
    case "attribution":
      return <AttributionFields question={question} onChange={onChange} />;
    case "sends":
      return <SendsFields question={question} onChange={onChange} />;
    case "lifecycle":
    case "stickiness":
      return (
        <Line name={t.active}>
          <EventChoices
            label={t.active}
            value={question.events}
            takesAnything
            onChange={(events) => onChange({ ...question, events })}
          />
        </Line>
      );
  }
}

/** The fields of whatever kind of question it is. */
export function Builder({ question, onChange }: FieldsProps<Question>) {
  const t = useTexts(insightTexts);
  return (
    <div className={styles.builder}>
      <KindFields question={question} onChange={onChange} />
      <PeriodField value={question.period} onChange={(period) => onChange({ ...question, period })} />
      {"grain" in question && (
        <Line name={t.grain}>
          <Choice
            label={t.grain}
            value={question.grain}
            words={t.grains}
            keys={["day", "week", "month"]}
            onChange={(grain) => onChange({ ...question, grain })}
          />
        </Line>
      )}
      {question.kind === "stickiness" && (
        <Line name={t.ofDays}>
          <Choice
            label={t.ofDays}
            value={`${question.of_days}`}
            words={{ "7": t.days(7), "14": t.days(14), "28": t.days(28), "30": t.days(30) }}
            keys={["7", "14", "28", "30"]}
            onChange={(days) => onChange({ ...question, of_days: Number(days) as 7 | 14 | 28 | 30 })}
          />
        </Line>
      )}
      <SegmentField
        value={question.segment_id}
        onChange={(segmentId) => onChange({ ...question, segment_id: segmentId })}
      />
    </div>
  );
}
