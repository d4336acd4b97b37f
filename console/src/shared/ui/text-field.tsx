import { Input } from "antd";
import { Field } from "./field";

/** What a field of any kind is given. */
export interface FieldOf<T> {
  label: string;
  note?: string | undefined;
  error?: string | undefined;
  value: T;
  onChange: (value: T) => void;
}

/** A line of text, of at most `max` characters. */
export function TextField(props: FieldOf<string> & { max?: number; placeholder?: string }) {
  return (
    <Field label={props.label} note={props.note} error={props.error}>
      {(control) => (
        <Input
          {...control}
          maxLength={props.max ?? 200}
          placeholder={props.placeholder ?? ""}
          value={props.value}
          onChange={(event) => props.onChange(event.target.value)}
        />
      )}
    </Field>
  );
}
