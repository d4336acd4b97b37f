import { Input, InputNumber, Segmented, Select, Switch } from "antd";
import { useId } from "react";
import { useTexts } from "@/shared/i18n/texts";
import { Field } from "@/shared/ui/field";
import type { FieldOf } from "@/shared/ui/text-field";
import { inLargestUnit, MINUTES_OF, type Unit } from "../duration";
import { useEditing } from "../edit-context";
import { MANY, type ManyKind } from "../many";
import type { Named } from "../node-summary";
import { daysOfWeek, nodeTexts } from "../node-texts";
import type { Choice, FewKind } from "../use-names";
import { formTexts } from "./form-texts";
import styles from "./forms.module.css";

export function AreaField(props: FieldOf<string> & { max?: number; rows?: number }) {
  return (
    <Field label={props.label} note={props.note} error={props.error}>
      {(control) => (
        <Input.TextArea
          {...control}
          autoSize={{ minRows: props.rows ?? 3, maxRows: 12 }}
          maxLength={props.max ?? 2000}
          value={props.value}
          onChange={(event) => props.onChange(event.target.value)}
        />
      )}
    </Field>
  );
}

export function NumberField(
  props: FieldOf<number> & { min: number; max: number; suffix?: string | undefined },
) {
  return (
    <Field label={props.label} note={props.note} error={props.error}>
      {(control) => (
        <InputNumber<number>
          {...control}
          className={styles.full ?? ""}
          min={props.min}
          max={props.max}
          precision={0}
          suffix={props.suffix}
          value={props.value}
          // An emptied field is one about to be filled.
          onChange={(next) => next !== null && props.onChange(next)}
        />
      )}
    </Field>
  );
}

/** A number, or none. */
export function OptionalNumberField(
  props: FieldOf<number | null> & { min: number; max: number; suffix?: string; placeholder: string },
) {
  return (
    <Field label={props.label} note={props.note} error={props.error}>
      {(control) => (
        <InputNumber<number>
          {...control}
          className={styles.full ?? ""}
          min={props.min}
          max={props.max}
          precision={0}
          suffix={props.suffix}
          placeholder={props.placeholder}
          value={props.value}
          onChange={(next) => props.onChange(next)}
        />
      )}
    </Field>
  );
}

const UNITS: readonly Unit[] = ["minutes", "hours", "days"];
const MINUTES_MAX = 366 * 1440;

/** A length of time, kept in minutes. */
export function MinutesField({ label, note, error, value, onChange }: FieldOf<number>) {
  const t = useTexts(formTexts);
  const { amount, unit } = inLargestUnit(value);
  const set = (next: number, of: Unit) => onChange(Math.min(next * MINUTES_OF[of], MINUTES_MAX));
  return (
    <Field label={label} note={note} error={error}>
      {(control) => (
        <div className={styles.pair}>
          <InputNumber<number>
            {...control}
            min={1}
            max={Math.floor(MINUTES_MAX / MINUTES_OF[unit])}
            precision={0}
            value={amount}
            onChange={(next) => next !== null && set(next, unit)}
          />
          <Select<Unit>
            aria-label={t.unit}
            value={unit}
            onChange={(next) => set(amount, next)}
            options={UNITS.map((each) => ({ value: each, label: t.units[each] }))}
          />
        </div>
      )}
    </Field>
  );
}

/** A time of day, or a day; as the browser asks for them. */
export function ClockField(props: FieldOf<string> & { type: "time" | "date" }) {
  return (
    <Field label={props.label} note={props.note} error={props.error}>
      {(control) => (
        <Input
          {...control}
          type={props.type}
          className={styles.clock ?? ""}
          value={props.value}
          onChange={(event) => props.onChange(event.target.value)}
        />
      )}
    </Field>
  );
}

export function WeekdaysField({ label, note, error, value, onChange }: FieldOf<readonly number[]>) {
  const t = useTexts(nodeTexts);
  return (
    <Field label={label} note={note} error={error}>
      {(control) => (
        <Select<number[]>
          {...control}
          mode="multiple"
          value={[...value]}
          options={daysOfWeek(t).map((day, index) => ({ value: index + 1, label: day }))}
          onChange={(next) => onChange([...next].sort((one, other) => one - other))}
        />
      )}
    </Field>
  );
}

interface PickProps extends Omit<FieldOf<number | null>, "value"> {
  /** Of what it is one. */
  of: Named;
  value: number | null;
  /** What none is called, where none may be chosen. */
  none?: string | undefined;
}

const NONE = 0;

const optionsOf = (choices: readonly Choice[] | undefined, chosen: readonly number[]) => {
  const known = choices ?? [];
  const missing = chosen.filter((id) => id > 0 && !known.some(({ value }) => value === id));
  return [
    ...known
      .filter(({ isOffered, value }) => isOffered || chosen.includes(value))
      .map(({ value, label }) => ({ value, label })),
    ...missing.map((id) => ({ value: id, label: `#${id}` })),
  ];
};

const isMany = (of: Named): of is ManyKind => of in MANY;

/** One of what stands elsewhere. */
export function PickField({ label, note, error, of, value, none, onChange }: PickProps) {
  const t = useTexts(formTexts);
  const { names, subject } = useEditing();
  const chosen = value !== null && value > 0 ? value : null;
  if (isMany(of)) {
    const { Pick } = MANY[of];
    return (
      <Field label={label} note={note} error={error}>
        {(control) => (
          <Pick
            control={control}
            label={label}
            value={chosen}
            none={none}
            placeholder={t.choose}
            subject={subject}
            onChange={onChange}
          />
        )}
      </Field>
    );
  }
  const options = optionsOf(names.choices[of], chosen === null ? [] : [chosen]);
  return (
    <Field label={label} note={note} error={error}>
      {(control) => (
        <Select<number>
          {...control}
          aria-label={label}
          showSearch={{ optionFilterProp: "label" }}
          placeholder={t.choose}
          notFoundContent={t.nothing}
          value={chosen ?? (none === undefined ? undefined : NONE)}
          options={none === undefined ? options : [{ value: NONE, label: none }, ...options]}
          onChange={(next) => onChange(next === NONE ? null : next)}
        />
      )}
    </Field>
  );
}

/** Several of what stands elsewhere, in a short list. */
export function PickSeveralField(props: FieldOf<readonly number[]> & { of: FewKind; most?: number }) {
  const t = useTexts(formTexts);
  const { choices } = useEditing().names;
  return (
    <Field label={props.label} note={props.note} error={props.error}>
      {(control) => (
        <Select<number[]>
          {...control}
          mode="multiple"
          aria-label={props.label}
          showSearch={{ optionFilterProp: "label" }}
          placeholder={t.choose}
          notFoundContent={t.nothing}
          {...(props.most === undefined ? {} : { maxCount: props.most })}
          value={[...props.value]}
          options={optionsOf(choices[props.of], props.value)}
          onChange={(next) => props.onChange(next)}
        />
      )}
    </Field>
  );
}

/** One of a few words, all of them seen. */
export function OneOfField<K extends string>(
  props: FieldOf<K> & { words: Record<K, string>; keys: readonly K[] },
) {
  return (
    <Field label={props.label} note={props.note} error={props.error}>
      {(control) => (
        <Segmented<K>
          {...control}
          aria-label={props.label}
          block
          value={props.value}
          options={props.keys.map((value) => ({ value, label: props.words[value] }))}
          onChange={props.onChange}
        />
      )}
    </Field>
  );
}

/** Yes or no, with its sentence beside it. */
export function SwitchField({ label, note, value, onChange }: Omit<FieldOf<boolean>, "error">) {
  const id = useId();
  return (
    <div className={styles.switch}>
      <Switch id={id} size="small" checked={value} onChange={onChange} />
      <div>
        <label htmlFor={id}>{label}</label>
        {note && <p className={styles.quiet}>{note}</p>}
      </div>
    </div>
  );
}
