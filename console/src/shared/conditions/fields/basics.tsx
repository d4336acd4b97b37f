import { InputNumber, Select } from "antd";
import { useState, type ReactNode } from "react";
import { useTexts } from "@/shared/i18n/texts";
import { useVocabulary } from "@/shared/i18n/vocabulary";
import { conditionsTexts } from "../conditions-texts";
import styles from "../builder.module.css";

/** What the editor of one kind of condition is given. */
export interface FieldsProps<C> {
  condition: C;
  /** Which field the server refused, as the path below this condition; null where none. */
  fault: string | null;
  onChange: (condition: C) => void;
}

export const marked = (isFaulty: boolean) => (isFaulty ? ("error" as const) : ("" as const));

/** Words between the fields, that make a sentence of them. */
export function Word({ children }: { children: ReactNode }) {
  return <span className={styles.word}>{children}</span>;
}

interface ChoiceProps<K extends string> {
  label: string;
  value: K;
  words: Record<K, string>;
  keys: readonly K[];
  fault?: boolean;
  onChange: (value: K) => void;
}

/** One of a few words. */
export function Choice<K extends string>({
  label,
  value,
  words,
  keys,
  fault = false,
  onChange,
}: ChoiceProps<K>) {
  const offered = keys.includes(value) ? keys : [value, ...keys];
  return (
    <Select<K>
      aria-label={label}
      className={styles.choice ?? ""}
      popupMatchSelectWidth={false}
      status={marked(fault)}
      value={value}
      onChange={(next) => onChange(next)}
      options={offered.map((key) => ({ value: key, label: words[key] }))}
    />
  );
}

interface WholeProps {
  label: string;
  value: number;
  min?: number;
  max?: number;
  fault?: boolean;
  onChange: (value: number) => void;
}

/** A whole number. */
export function Whole({ label, value, min, max, fault = false, onChange }: WholeProps) {
  return (
    <InputNumber<number>
      aria-label={label}
      className={styles.number ?? ""}
      min={min ?? Number.MIN_SAFE_INTEGER}
      max={max ?? Number.MAX_SAFE_INTEGER}
      precision={0}
      status={marked(fault)}
      value={value}
      // An emptied field is one about to be filled.
      onChange={(next) => next !== null && onChange(next)}
    />
  );
}

interface AmountProps {
  label: string;
  value: number;
  /** 100 where money is kept in fen and typed in yuan. */
  scale: number;
  fault?: boolean;
  onChange: (value: number) => void;
}

/** A number, perhaps of money. */
export function Amount({ label, value, scale, fault = false, onChange }: AmountProps) {
  return (
    <InputNumber<number>
      aria-label={label}
      className={styles.amount ?? ""}
      status={marked(fault)}
      value={value / scale}
      onChange={(next) =>
        next !== null && onChange(scale === 1 ? next : Math.round(next * scale * 100) / 100)
      }
    />
  );
}

type Topic = "events" | "attributes" | "identities" | "channels" | "purposes";

/** Options of the names known, of those chosen already, and of what was just typed. */
function useNameOptions(topic: Topic, names: readonly string[], chosen: readonly string[]) {
  const t = useTexts(conditionsTexts);
  const vocabulary = useVocabulary();
  const [typed, setTyped] = useState("");
  const known = [...new Set([...chosen, ...names])].filter(Boolean);
  const labels = known.map((name) => vocabulary.say(topic, name));
  const options = known.map((name, at) => ({ value: name, label: labels[at] ?? name }));
  const free = typed.trim();
  if (free && !known.includes(free) && !labels.includes(free))
    options.push({ value: free, label: t.useTyped(free) });
  const search = {
    optionFilterProp: "label",
    onSearch: setTyped,
    // The name in the data is searched as well as what people call it.
    filterOption: (input: string, option?: { value: string; label: string }) => {
      const sought = input.trim().toLowerCase();
      return (
        option !== undefined &&
        (option.label.toLowerCase().includes(sought) || option.value.toLowerCase().includes(sought))
      );
    },
  };
  return { options, search };
}

interface NameFieldProps {
  label: string;
  topic: Topic;
  value: string;
  names: readonly string[];
  fault?: boolean;
  /** Whether it may be none, "". */
  isOptional?: boolean;
  placeholder?: string;
  onChange: (name: string) => void;
}

/** A name from the data, as people say it; one that is not there yet may be typed. */
export function NameField(props: NameFieldProps) {
  const { label, topic, value, names, fault = false, isOptional = false, placeholder, onChange } = props;
  const { options, search } = useNameOptions(topic, names, [value]);
  return (
    <Select<string | null, { value: string; label: string }>
      aria-label={label}
      className={styles.name ?? ""}
      popupMatchSelectWidth={false}
      showSearch={search}
      status={marked(fault)}
      allowClear={isOptional}
      placeholder={placeholder ?? label}
      value={value || null}
      // A field that is cleared says nothing at all.
      onChange={(next: string | null | undefined) => onChange(next ?? "")}
      options={options}
    />
  );
}

interface NamesFieldProps extends Omit<NameFieldProps, "value" | "onChange"> {
  value: readonly string[];
  onChange: (names: string[]) => void;
}

/** Several of them. */
export function NamesField({ label, topic, value, names, fault = false, onChange }: NamesFieldProps) {
  const { options, search } = useNameOptions(topic, names, value);
  return (
    <Select<string[], { value: string; label: string }>
      mode="multiple"
      aria-label={label}
      className={styles.values ?? ""}
      popupMatchSelectWidth={false}
      showSearch={search}
      status={marked(fault)}
      placeholder={label}
      value={[...value]}
      onChange={(next) => onChange(next)}
      options={options}
    />
  );
}
