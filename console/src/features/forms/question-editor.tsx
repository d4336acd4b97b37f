import { ArrowDownOutlined, ArrowUpOutlined, DeleteOutlined, HolderOutlined } from "@ant-design/icons";
import { Button, Checkbox, Input, InputNumber, Select, Switch } from "antd";
import { useEffect, useId, useRef, useState } from "react";
import type { FormQuestion } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { useVocabulary } from "@/shared/i18n/vocabulary";
import { Field } from "@/shared/ui/field";
import { ChoiceList } from "./choice-list";
import { hasChoices, type ChoiceQuestion } from "./form-draft";
import { formsTexts } from "./forms-texts";
import styles from "./forms.module.css";

const PURPOSES = ["marketing", "service", "profiling", "partner_sharing"] as const;
const BY_CHANNEL = new Set<string>(["marketing", "service"]);
const CHANNELS = ["sms", "mail", "wecom", "official_account", "miniprogram", "aicall", "webhook"] as const;

interface PartProps {
  question: FormQuestion;
  onChange: (question: FormQuestion) => void;
}

/** What only some kinds of questions have. */
function KindFields({ question, onChange }: PartProps) {
  const t = useTexts(formsTexts);
  const vocabulary = useVocabulary();
  if (question.kind === "multiple" || question.kind === "number") {
    const limits = question.kind === "multiple" ? { min: 0, max: question.choices.length, precision: 0 } : {};
    return (
      <div className={styles.row}>
        <InputNumber
          aria-label={t.least}
          prefix={t.least}
          {...limits}
          value={question.least ?? null}
          onChange={(least) =>
            onChange(
              question.kind === "multiple" ? { ...question, least: least ?? 0 } : { ...question, least },
            )
          }
        />
        <InputNumber
          aria-label={t.most}
          prefix={t.most}
          {...limits}
          value={question.most ?? null}
          onChange={(most) => onChange({ ...question, most })}
        />
        {question.kind === "number" && (
          <Checkbox
            checked={question.is_whole}
            onChange={(event) => onChange({ ...question, is_whole: event.target.checked })}
          >
            {t.whole}
          </Checkbox>
        )}
      </div>
    );
  }
  if (question.kind === "consent")
    return (
      <div className={styles.pair}>
        <Field label={t.purpose}>
          {(control) => (
            <Select
              {...control}
              aria-label={t.purpose}
              value={question.purpose}
              options={PURPOSES.map((value) => ({ value, label: vocabulary.say("purposes", value) }))}
              onChange={(purpose: string) => {
                const channel = BY_CHANNEL.has(purpose) ? "sms" : "*";
                onChange({ ...question, purpose, channel });
              }}
            />
          )}
        </Field>
        {BY_CHANNEL.has(question.purpose) && (
          <Field label={t.channel}>
            {(control) => (
              <Select
                {...control}
                aria-label={t.channel}
                value={question.channel}
                options={CHANNELS.map((value) => ({ value, label: vocabulary.say("channels", value) }))}
                onChange={(channel: string) => onChange({ ...question, channel })}
              />
            )}
          </Field>
        )}
      </div>
    );
  if (question.kind === "phone" || question.kind === "email")
    return (
      <div>
        <Checkbox
          checked={question.identifies}
          onChange={(event) => onChange({ ...question, identifies: event.target.checked })}
        >
          {t.identifies}
        </Checkbox>
        <p className={styles.quiet}>{t.identifiesNote}</p>
      </div>
    );
  return null;
}

interface ShowIfProps extends PartProps {
  earlier: readonly ChoiceQuestion[];
}

function ShowIfFields({ question, earlier, onChange }: ShowIfProps) {
  const t = useTexts(formsTexts);
  const rule = question.show_if ?? null;
  const asked = earlier.find(({ key }) => key === rule?.question);
  const first = earlier[0];
  if (!first && !rule) return null;
  return (
    <div className={styles.pair}>
      <Field label={t.showIf}>
        {(control) => (
          <Select
            {...control}
            aria-label={t.showIf}
            value={rule?.question ?? ""}
            options={[
              { value: "", label: t.always },
              ...earlier.map(({ key, title }) => ({ value: key, label: t.onlyIf(title) })),
            ]}
            onChange={(key: string) => {
              const chosen = earlier.find((each) => each.key === key);
              const choice = chosen?.choices[0];
              onChange({
                ...question,
                show_if: chosen && choice ? { question: chosen.key, any_of: [choice.key] } : null,
              });
            }}
          />
        )}
      </Field>
      {rule && asked && (
        <Field label={t.showChoices}>
          {(control) => (
            <Select
              {...control}
              mode="multiple"
              aria-label={t.showChoices}
              value={rule.any_of}
              options={asked.choices.map(({ key, label }) => ({ value: key, label }))}
              onChange={(keys: string[]) =>
                keys.length > 0 && onChange({ ...question, show_if: { question: asked.key, any_of: keys } })
              }
            />
          )}
        </Field>
      )}
    </div>
  );
}

function MoreFields({ question, earlier, onChange }: ShowIfProps) {
  const t = useTexts(formsTexts);
  return (
    <div className={styles.stack}>
      <Field label={t.note}>
        {(control) => (
          <Input
            {...control}
            maxLength={2000}
            value={question.note}
            onChange={(event) => onChange({ ...question, note: event.target.value })}
          />
        )}
      </Field>
      <div className={styles.pair}>
        {question.kind !== "consent" && (
          <Field label={t.attribute} note={t.attributeNote}>
            {(control) => (
              <Input
                {...control}
                maxLength={100}
                value={question.attribute ?? ""}
                onChange={(event) => onChange({ ...question, attribute: event.target.value || null })}
              />
            )}
          </Field>
        )}
        <Field label={t.key} note={t.keyNote}>
          {(control) => (
            <Input
              {...control}
              maxLength={40}
              value={question.key}
              onChange={(event) => onChange({ ...question, key: event.target.value })}
            />
          )}
        </Field>
      </div>
      {question.kind === "city" && (
        <Field label={t.suggestions}>
          {(control) => (
            <Input.TextArea
              {...control}
              autoSize={{ minRows: 1, maxRows: 4 }}
              defaultValue={question.suggestions.join("，")}
              onBlur={(event) => {
                const suggestions = event.target.value.split(/[,，、\n]/).map((each) => each.trim());
                onChange({ ...question, suggestions: suggestions.filter(Boolean).slice(0, 500) });
              }}
            />
          )}
        </Field>
      )}
      <ShowIfFields question={question} earlier={earlier} onChange={onChange} />
    </div>
  );
}

/** Makes an element one on which a question can be dropped; by the keyboard questions are moved with buttons. */
function useDropping(onDrop: () => void) {
  const element = useRef<HTMLLIElement>(null);
  useEffect(() => {
    const target = element.current;
    if (!target) return;
    const over = (event: DragEvent) => event.preventDefault();
    const drop = (event: DragEvent) => {
      event.preventDefault();
      onDrop();
    };
    target.addEventListener("dragover", over);
    target.addEventListener("drop", drop);
    return () => {
      target.removeEventListener("dragover", over);
      target.removeEventListener("drop", drop);
    };
  }, [onDrop]);
  return element;
}

interface QuestionEditorProps extends ShowIfProps {
  number: number;
  fault: { path: string; reason: string } | null;
  onRemove: () => void;
  onUp: (() => void) | null;
  onDown: (() => void) | null;
  onDrag: () => void;
  onDrop: () => void;
}

export function QuestionEditor(props: QuestionEditorProps) {
  const { question, number, earlier, fault, onChange, onRemove, onUp, onDown, onDrag, onDrop } = props;
  const t = useTexts(formsTexts);
  const id = useId();
  const card = useDropping(onDrop);
  const [isOpen, setOpen] = useState(false);
  const isConsent = question.kind === "consent";
  return (
    <li
      className={fault ? `${styles.question} ${styles.bad}` : styles.question}
      aria-labelledby={`${id}-kind`}
      ref={card}
    >
      <div className={styles.questionHead}>
        <span className={styles.handle} draggable title={t.drag} onDragStart={onDrag} aria-hidden="true">
          <HolderOutlined aria-hidden />
        </span>
        <span id={`${id}-kind`} className={styles.kind}>
          {number}. {t.kinds[question.kind]}
        </span>
        {!isConsent && (
          <label className={styles.switch}>
            <Switch
              size="small"
              aria-label={t.required}
              checked={question.is_required}
              onChange={(isRequired) => onChange({ ...question, is_required: isRequired })}
            />
            {t.required}
          </label>
        )}
        <span className={styles.tools}>
          <Button
            type="text"
            size="small"
            icon={<ArrowUpOutlined aria-hidden />}
            aria-label={t.up}
            disabled={!onUp}
            onClick={() => onUp?.()}
          />
          <Button
            type="text"
            size="small"
            icon={<ArrowDownOutlined aria-hidden />}
            aria-label={t.down}
            disabled={!onDown}
            onClick={() => onDown?.()}
          />
          <Button
            type="text"
            size="small"
            icon={<DeleteOutlined aria-hidden />}
            aria-label={t.removeQuestion}
            onClick={onRemove}
          />
        </span>
      </div>
      <Input.TextArea
        aria-label={isConsent ? t.consentWords : t.question}
        placeholder={isConsent ? t.consentWords : t.question}
        autoSize={{ minRows: 1, maxRows: 8 }}
        maxLength={2000}
        value={question.title}
        onChange={(event) => onChange({ ...question, title: event.target.value })}
      />
      {hasChoices(question) && (
        <ChoiceList choices={question.choices} onChange={(choices) => onChange({ ...question, choices })} />
      )}
      <KindFields question={question} onChange={onChange} />
      {fault && (
        <p role="alert" className={styles.fault}>
          {fault.reason}
        </p>
      )}
      <div>
        <Button
          type="link"
          size="small"
          className={styles.moreButton ?? ""}
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
        >
          {isOpen ? t.less : t.more}
        </Button>
      </div>
      {isOpen && <MoreFields question={question} earlier={earlier} onChange={onChange} />}
    </li>
  );
}
