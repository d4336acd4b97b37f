import { AutoComplete, Input, InputNumber, Select } from "antd";
import { useState } from "react";
import { useTexts } from "@/shared/i18n/texts";
import { scaleOf, type Named } from "../book";
import { conditionsTexts } from "../conditions-texts";
import { Choice, marked, Whole, Word } from "./basics";
import {
  examplesOf,
  readSeveral,
  takesDays,
  takesNothing,
  takesSeveral,
  typeOf,
  typesFor,
  type Compared,
  type Value,
  type ValueType,
} from "./comparison";
import styles from "../builder.module.css";

interface ValueFieldProps {
  compared: Compared;
  name: string;
  /** What is known of the name's values. */
  named: Named | undefined;
  fault: boolean;
  onChange: (value: Value) => void;
}

interface OneProps {
  value: Value | undefined;
  type: ValueType;
  name: string;
  named: Named | undefined;
  fault: boolean;
  onChange: (value: Value) => void;
}

function NumberValue({ value, name, fault, onChange }: OneProps) {
  const t = useTexts(conditionsTexts);
  const scale = scaleOf(name);
  return (
    <>
      <InputNumber<number>
        aria-label={t.value}
        className={styles.amount ?? ""}
        status={marked(fault)}
        value={typeof value === "number" ? value / scale : null}
        onChange={(next) => onChange(next === null || scale === 1 ? next : Math.round(next * scale))}
      />
      {scale === 100 && <Word>{t.yuan}</Word>}
    </>
  );
}

function TextValue({ value, named, fault, onChange }: OneProps) {
  const t = useTexts(conditionsTexts);
  const examples = examplesOf(named?.examples ?? [], "text");
  return (
    <AutoComplete
      aria-label={t.value}
      className={styles.text ?? ""}
      popupMatchSelectWidth={false}
      status={marked(fault)}
      placeholder={t.value}
      value={typeof value === "string" ? value : ""}
      onChange={(next: string) => onChange(next)}
      options={examples.map((example) => ({ value: String(example) }))}
      showSearch={{ filterOption: (input, option) => option?.value.includes(input) ?? false }}
    />
  );
}

function OneValue(props: OneProps) {
  const { value, type, fault, onChange } = props;
  const t = useTexts(conditionsTexts);
  switch (type) {
    case "number":
      return <NumberValue {...props} />;
    case "text":
      return <TextValue {...props} />;
    case "boolean":
      return (
        <Select
          aria-label={t.value}
          className={styles.choice ?? ""}
          status={marked(fault)}
          placeholder={t.choose}
          value={typeof value === "boolean" ? String(value) : null}
          onChange={(next) => onChange(next === "true")}
          options={[
            { value: "true", label: t.yes },
            { value: "false", label: t.no },
          ]}
        />
      );
    case "day":
      return (
        <Input
          type="date"
          aria-label={t.value}
          className={styles.day ?? ""}
          status={marked(fault)}
          value={typeof value === "string" ? value : ""}
          onChange={(event) => onChange(event.target.value)}
        />
      );
  }
}

function Several({ value, type, named, fault, onChange }: OneProps) {
  const t = useTexts(conditionsTexts);
  const examples = examplesOf(named?.examples ?? [], type);
  return (
    <Select<string[]>
      mode="tags"
      aria-label={t.value}
      className={styles.values ?? ""}
      popupMatchSelectWidth={false}
      tokenSeparators={[",", "，", "、", "\n"]}
      status={marked(fault)}
      placeholder={t.oneOfHint}
      value={Array.isArray(value) ? value.map(String) : []}
      onChange={(typed) => onChange(readSeveral(typed, type))}
      options={examples.map((example) => ({ value: String(example) }))}
    />
  );
}

/** What something is compared with: of the type of its values, or of the one that is said here. */
export function ValueField({ compared, name, named, fault, onChange }: ValueFieldProps) {
  const t = useTexts(conditionsTexts);
  const types = named?.types ?? [];
  const { operator, value } = compared;
  const [said, setSaid] = useState<ValueType | null>(null);
  const possible = typesFor(operator);
  const empty =
    value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0);
  const type = empty && said && possible.includes(said) ? said : typeOf(compared, types);
  if (takesNothing(operator)) return null;
  if (takesDays(operator))
    return (
      <>
        <Whole
          label={t.days}
          min={1}
          value={typeof value === "number" ? value : 30}
          fault={fault}
          onChange={onChange}
        />
        <Word>{t.daysUnit}</Word>
      </>
    );
  const isKnown = types.length === 1 && types[0] !== "list";
  const props = { value, type, name, named, fault, onChange };
  return (
    <>
      {!isKnown && possible.length > 1 && (
        <Choice
          label={t.valueType}
          value={type}
          words={t.types}
          keys={possible}
          onChange={(next) => {
            setSaid(next);
            onChange(takesSeveral(operator) ? [] : null);
          }}
        />
      )}
      {takesSeveral(operator) ? <Several {...props} /> : <OneValue {...props} />}
    </>
  );
}
