import { CloseOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Input } from "antd";
import type { AttributionQuestion } from "@/api/types";
import { propertiesOf, useBook } from "@/shared/conditions/book";
import { NameField, Word } from "@/shared/conditions/fields/basics";
import { useTexts } from "@/shared/i18n/texts";
import { attributionTexts } from "./attribution-texts";
import { LengthField, Line } from "./common-fields";
import { EventChoices } from "./event-choices";
import { insightTexts } from "./insight-texts";
import styles from "./insight.module.css";

const TOUCHES_MAX = 10;

type Touch = AttributionQuestion["touches"][number];

interface AttributionFieldsProps {
  question: AttributionQuestion;
  onChange: (question: AttributionQuestion) => void;
}

function TouchFields({ touch, onChange }: { touch: Touch; onChange: (touch: Touch) => void }) {
  const t = useTexts(attributionTexts);
  const properties = propertiesOf(useBook(), touch.of.event);
  return (
    <div className={styles.match}>
      <EventChoices
        isOne
        label={t.touches}
        value={[touch.of]}
        onChange={([of]) => of && onChange({ ...touch, of, property: null })}
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
          placeholder={t.channelName}
          style={{ width: 140 }}
          value={touch.name}
          onChange={(event) => onChange({ ...touch, name: event.target.value })}
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
      <Line name={t.touches}>
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
                icon={<CloseOutlined />}
                aria-label={common.removeEvent}
                title={common.removeEvent}
                onClick={() => set(touches.filter((_, i) => i !== at))}
              />
            )}
          </div>
        ))}
        {touches.length < TOUCHES_MAX && (
          <Button
            size="small"
            icon={<PlusOutlined />}
            onClick={() => {
              const event = book.events[0]?.name ?? "";
              set([...touches, { of: { event, where: [] }, name: event, property: null }]);
            }}
          >
            {t.addTouch}
          </Button>
        )}
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
