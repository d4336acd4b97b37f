import { Input, InputNumber, Select } from "antd";
import type { AttributeCondition, Attributes, EventName, LeafCondition } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { useVocabulary } from "@/shared/i18n/vocabulary";
import { segmentsTexts } from "./segments-texts";
import styles from "./builder.module.css";

export interface FieldsProps<C extends LeafCondition> {
  condition: C;
  names: Attributes;
  disabled: boolean;
  /** Which field the server refused, to be marked. */
  faultField: string | null;
  onChange: (condition: C) => void;
}

const status = (faultField: string | null, field: string) =>
  faultField === field ? ("error" as const) : undefined;

/** Names the list does not know (yet) still show. */
function withCurrent(names: readonly string[], current: string): string[] {
  return current && !names.includes(current) ? [current, ...names] : [...names];
}

export function pairs<K extends string>(words: Record<K, string>, keys: readonly K[]) {
  return keys.map((value) => ({ value, label: words[value] }));
}

interface NameSelectProps {
  label: string;
  topic: "events" | "attributes";
  value: string;
  names: readonly string[];
  disabled: boolean;
  fault: boolean;
  onChange: (name: string) => void;
}

export function NameSelect({ label, topic, value, names, disabled, fault, onChange }: NameSelectProps) {
  const vocabulary = useVocabulary();
  return (
    <Select
      aria-label={label}
      className={styles.name ?? ""}
      popupMatchSelectWidth={false}
      showSearch={{ optionFilterProp: "label" }}
      disabled={disabled}
      status={fault ? "error" : ""}
      placeholder={label}
      value={value || undefined}
      onChange={onChange}
      options={withCurrent(names, value).map((name) => ({ value: name, label: vocabulary.say(topic, name) }))}
    />
  );
}

export function EventSelect(props: {
  value: string;
  events: readonly EventName[];
  disabled: boolean;
  fault: boolean;
  onChange: (name: string) => void;
}) {
  const t = useTexts(segmentsTexts);
  return (
    <NameSelect {...props} label={t.event} topic="events" names={props.events.map((event) => event.name)} />
  );
}

interface WholeProps {
  label: string;
  value: number;
  min: number;
  disabled: boolean;
  fault: boolean;
  onChange: (value: number) => void;
}

export function Whole({ label, value, min, disabled, fault, onChange }: WholeProps) {
  return (
    <InputNumber
      aria-label={label}
      className={styles.number ?? ""}
      min={min}
      precision={0}
      disabled={disabled}
      status={fault ? "error" : ""}
      value={value}
      // An emptied field is one about to be filled.
      onChange={(next) => next !== null && onChange(next)}
    />
  );
}

type Operators = readonly AttributeCondition["operator"][];

const OPERATORS: Partial<Record<string, Operators>> & { text: Operators } = {
  text: ["is", "is_not", "contains", "one_of", "is_set", "is_not_set"],
  number: ["is", "is_not", "at_least", "at_most", "is_set", "is_not_set"],
  boolean: ["is", "is_set", "is_not_set"],
  date: ["is", "at_least", "at_most", "is_set", "is_not_set"],
};

function ValueField({ condition, names, disabled, faultField, onChange }: FieldsProps<AttributeCondition>) {
  const t = useTexts(segmentsTexts);
  const kind = names.attributes.find(({ name }) => name === condition.name)?.kind ?? "text";
  const { value, operator } = condition;
  const set = (next: AttributeCondition["value"]) => onChange({ ...condition, value: next ?? null });
  const shared = { "aria-label": t.value, disabled, status: status(faultField, "value") ?? ("" as const) };
  if (operator === "is_set" || operator === "is_not_set") return null;
  if (operator === "one_of") {
    return (
      <Select
        {...shared}
        mode="tags"
        className={styles.values ?? ""}
        open={false}
        suffix={null}
        placeholder={t.oneOfHint}
        value={Array.isArray(value) ? value.map(String) : []}
        onChange={set}
      />
    );
  }
  if (kind === "boolean") {
    return (
      <Select
        {...shared}
        className={styles.number ?? ""}
        value={typeof value === "boolean" ? String(value) : undefined}
        onChange={(next) => set(next === "true")}
        options={[
          { value: "true", label: t.yes },
          { value: "false", label: t.no },
        ]}
      />
    );
  }
  if (kind === "number") {
    return <InputNumber {...shared} value={typeof value === "number" ? value : null} onChange={set} />;
  }
  return (
    <Input
      {...shared}
      className={styles.text ?? ""}
      type={kind === "date" ? "date" : "text"}
      value={typeof value === "string" ? value : ""}
      onChange={(event) => set(event.target.value)}
    />
  );
}

export function AttributeFields(props: FieldsProps<AttributeCondition>) {
  const { condition, names, disabled, faultField, onChange } = props;
  const t = useTexts(segmentsTexts);
  const kindOf = (name: string) =>
    names.attributes.find((attribute) => attribute.name === name)?.kind ?? "text";
  const operators = OPERATORS[kindOf(condition.name)] ?? OPERATORS.text;
  return (
    <>
      <NameSelect
        label={t.attribute}
        topic="attributes"
        value={condition.name}
        names={names.attributes.map(({ name }) => name)}
        disabled={disabled}
        fault={faultField === "name"}
        onChange={(name) => onChange({ kind: "attribute", name, operator: "is", value: null })}
      />
      <Select
        aria-label={t.operator}
        popupMatchSelectWidth={false}
        disabled={disabled}
        status={status(faultField, "operator") ?? ""}
        value={condition.operator}
        onChange={(operator) =>
          onChange({ ...condition, operator, value: operator === "one_of" ? [] : null })
        }
        options={pairs(
          t.operators,
          operators.includes(condition.operator) ? operators : [condition.operator, ...operators],
        )}
      />
      <ValueField {...props} />
    </>
  );
}
