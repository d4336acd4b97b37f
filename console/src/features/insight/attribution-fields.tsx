import { CloseOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Input, Select } from "antd";
import type { AttributionQuestion } from "@/api/types";
import { propertiesOf, useBook } from "@/shared/conditions/book";
import { NameField, Word } from "@/shared/conditions/fields/basics";
import { useTexts } from "@/shared/i18n/texts";
import { useVocabulary } from "@/shared/i18n/vocabulary";
import { attributionTexts } from "./attribution-texts";
import { LengthField, Line } from "./common-fields";
import { EventChoices } from "./event-choices";
import { insightTexts } from "./insight-texts";
import styles from "./insight.module.css";

const TOUCHES_MAX = 10;

const COSTS_BY = ["none", "channel", "campaign", "content"] as const;

type CostsBy = (typeof COSTS_BY)[number];
type Touch = AttributionQuestion["touches"][number];

interface AttributionFieldsProps {
  question: AttributionQuestion;
  onChange: (question: AttributionQuestion) => void;
}

function TouchFields({ touch, onChange }: { touch: Touch; onChange: (touch: Touch) => void }) {
  const t = useTexts(attributionTexts);
  const properties = propertiesOf(useBook(), touch.of.event);
  const vocabulary = useVocabulary();
  return (
    <div className={styles.match}>
      <EventChoices
        isOne
        label={t.touches}
        value={[touch.of]}
        onChange={([of]) => {
          if (!of) return;
          const isSame = of.event === touch.of.event;
          const name = touch.name === touch.of.event ? of.event : touch.name;
          onChange({ ...touch, of, name, property: isSame ? touch.property : null });
        }}
      />
      <Word>{t.channelOf}</Word>
      <NameField
        label={t.channelProperty}
        topic="attributes"
        value={touch.property ?? ""}
        names={properties.map(({ name }) => name)}
        onChange={(property) => onChange({ ...touch, property: property || null })}
      />
      {!touch.property && (
        <Input
          aria-label={t.channelName}
          placeholder={vocabulary.say("events", touch.of.event)}
          style={{ width: 180 }}
          value={touch.name === touch.of.event ? "" : touch.name}
          onChange={(event) => onChange({ ...touch, name: event.target.value || touch.of.event })}
        />
      )}
    </div>
  );
}

/** What converts, what touches, and how long a touch is remembered. */
export function AttributionFields({ question, onChange }: AttributionFieldsProps) {
  const t = useTexts(attributionTexts);
  const common = useTexts(insightTexts);
  const book = useBook();
  const { conversion, touches } = question;
  const set = (next: Touch[]) => onChange({ ...question, touches: next });
  return (
    <>
      <Line name={t.conversion}>
        <EventChoices
          isOne
          label={t.conversion}
          value={[conversion]}
          onChange={([next]) => next && onChange({ ...question, conversion: next })}
        />
        <Word>{t.worth}</Word>
        <NameField
          label={t.worth}
          topic="attributes"
          value={question.value ?? ""}
          names={propertiesOf(book, conversion.event)
            .filter(({ types }) => types.includes("number"))
            .map(({ name }) => name)}
          onChange={(value) => onChange({ ...question, value: value || null })}
        />
      </Line>
      <Line wide name={t.touches}>
        <div className={styles.matches}>
          {touches.map((touch, at) => (
            // Touches have no identity of their own; their place is all there is.
            <div key={at} className={styles.match}>
              <TouchFields
                touch={touch}
                onChange={(next) => set(touches.map((each, i) => (i === at ? next : each)))}
              />
              {touches.length > 1 && (
                <Button
                  type="text"
                  size="small"
                  icon={<CloseOutlined aria-hidden />}
                  aria-label={common.removeEvent}
                  title={common.removeEvent}
                  onClick={() => set(touches.filter((_, i) => i !== at))}
                />
              )}
            </div>
          ))}
        </div>
        {touches.length < TOUCHES_MAX && (
          <Button
            size="small"
            icon={<PlusOutlined aria-hidden />}
            onClick={() => {
              const event = book.events[0]?.name ?? "";
              set([...touches, { of: { event, where: [] }, name: event, property: null }]);
            }}
          >
            {t.addTouch}
          </Button>
        )}
      </Line>
      <Line name={t.costs}>
        <Select<CostsBy>
          aria-label={t.costs}
          style={{ minWidth: 180 }}
          value={question.costs_by ?? "none"}
          onChange={(by) => onChange({ ...question, costs_by: by === "none" ? null : by })}
          options={COSTS_BY.map((value) => ({ value, label: t.costsBy[value] }))}
        />
      </Line>
      <LengthField
        name={common.window}
        value={question.window}
        onChange={(window) => onChange({ ...question, window })}
      />
      <LengthField
        name={t.halfLife}
        value={question.half_life}
        onChange={(halfLife) => onChange({ ...question, half_life: halfLife })}
      />
    </>
  );
}
