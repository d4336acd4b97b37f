import { AutoComplete, Input, InputNumber } from "antd";
import { useTexts } from "@/shared/i18n/texts";
import { useVocabulary } from "@/shared/i18n/vocabulary";
import { Field } from "@/shared/ui/field";
import { useEditing } from "../edit-context";
import { OneOfField, PickField, PickSeveralField } from "./fields";
import type { FormProps } from "./form-props";
import { formTexts } from "./form-texts";
import styles from "./forms.module.css";

const TAGS_MAX = 20;

/** Tags that are given, and others that are taken. */
export function TagForm({ node, faultOf, onChange }: FormProps<"tag">) {
  const t = useTexts(formTexts);
  return (
    <div className={styles.form}>
      <PickSeveralField
        label={t.add}
        most={TAGS_MAX}
        of="tag"
        error={faultOf("add") ?? faultOf("")}
        value={node.add}
        onChange={(add) => onChange({ ...node, add: [...add] })}
      />
      <PickSeveralField
        label={t.removeTags}
        most={TAGS_MAX}
        of="tag"
        error={faultOf("remove")}
        value={node.remove}
        onChange={(remove) => onChange({ ...node, remove: [...remove] })}
      />
    </div>
  );
}

interface AttributeNameFieldProps {
  label: string;
  note?: string;
  error: string | undefined;
  value: string;
  onChange: (name: string) => void;
}

/** The name of an attribute: one of those there are, or a new one. */
export function AttributeNameField({ label, note, error, value, onChange }: AttributeNameFieldProps) {
  const vocabulary = useVocabulary();
  const { attributes } = useEditing();
  return (
    <Field label={label} note={note} error={error}>
      {(control) => (
        <AutoComplete
          {...control}
          className={styles.full ?? ""}
          value={value}
          options={attributes.map((name) => ({
            value: name,
            label: `${vocabulary.say("attributes", name)} · ${name}`,
          }))}
          showSearch={{ filterOption: (typed, option) => option?.label.includes(typed) ?? false }}
          onChange={onChange}
        />
      )}
    </Field>
  );
}

type ValueKind = "text" | "number" | "boolean" | "none";

const kindOf = (value: string | number | boolean | null): ValueKind =>
  value === null
    ? "none"
    : typeof value === "number"
      ? "number"
      : typeof value === "boolean"
        ? "boolean"
        : "text";

const FRESH = { text: "", number: 0, boolean: true, none: null } as const;

/** An attribute, and what it is set to. */
export function AttributeForm({ node, faultOf, onChange }: FormProps<"attribute">) {
  const t = useTexts(formTexts);
  const { value } = node;
  const set = (next: typeof value) => onChange({ ...node, value: next });
  return (
    <div className={styles.form}>
      <AttributeNameField
        label={t.attribute}
        error={faultOf("attribute")}
        value={node.attribute}
        onChange={(attribute) => onChange({ ...node, attribute })}
      />
      <OneOfField
        label={t.valueKind}
        keys={["text", "number", "boolean", "none"]}
        words={t.valueKinds}
        value={kindOf(value)}
        onChange={(kind) => set(FRESH[kind])}
      />
      {typeof value === "string" && (
        <Field label={t.value} error={faultOf("value")}>
          {(control) => (
            <Input
              {...control}
              maxLength={1000}
              value={value}
              onChange={(event) => set(event.target.value)}
            />
          )}
        </Field>
      )}
      {typeof value === "number" && (
        <Field label={t.value} error={faultOf("value")}>
          {(control) => (
            <InputNumber<number>
              {...control}
              className={styles.full ?? ""}
              value={value}
              onChange={(next) => next !== null && set(next)}
            />
          )}
        </Field>
      )}
      {typeof value === "boolean" && (
        <OneOfField
          label={t.value}
          keys={["yes", "no"]}
          words={{ yes: t.yes, no: t.no }}
          value={value ? "yes" : "no"}
          onChange={(next) => set(next === "yes")}
        />
      )}
    </div>
  );
}

/** One code of a pool, and where it is kept. */
export function CouponForm({ node, faultOf, onChange }: FormProps<"coupon">) {
  const t = useTexts(formTexts);
  return (
    <div className={styles.form}>
      <PickField
        label={t.pool}
        of="pool"
        error={faultOf("pool_id")}
        value={node.pool_id}
        onChange={(id) => onChange({ ...node, pool_id: id ?? 0 })}
      />
      <AttributeNameField
        label={t.keptIn}
        note={t.keptInNote}
        error={faultOf("attribute")}
        value={node.attribute}
        onChange={(attribute) => onChange({ ...node, attribute })}
      />
    </div>
  );
}
