import { CloseOutlined, FilterOutlined } from "@ant-design/icons";
import { Button } from "antd";
import type { Filter } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { propertiesOf, useBook } from "../book";
import { conditionsTexts } from "../conditions-texts";
import { below } from "../edit-tree";
import { NameField, Word } from "./basics";
import { ComparisonField } from "./comparison-field";
import styles from "../builder.module.css";

export const FILTERS_MAX = 10;

interface EventFieldProps {
  value: string;
  fault: string | null;
  onChange: (event: string) => void;
}

/** Which event. */
export function EventField({ value, fault, onChange }: EventFieldProps) {
  const t = useTexts(conditionsTexts);
  const book = useBook();
  return (
    <NameField
      label={t.event}
      topic="events"
      value={value}
      names={book.events.map(({ name }) => name)}
      fault={below(fault, "event") !== null}
      onChange={onChange}
    />
  );
}

interface PropertyFieldProps {
  event: string;
  value: string | null | undefined;
  /** Only those with values of this type. */
  type?: string;
  fault?: boolean;
  onChange: (property: string) => void;
}

/** Which property of an event. */
export function PropertyField({ event, value, type, fault = false, onChange }: PropertyFieldProps) {
  const t = useTexts(conditionsTexts);
  const properties = propertiesOf(useBook(), event).filter(
    ({ types }) => type === undefined || types.includes(type),
  );
  return (
    <NameField
      label={t.property}
      topic="attributes"
      value={value ?? ""}
      names={properties.map(({ name }) => name)}
      fault={fault}
      onChange={onChange}
    />
  );
}

interface FiltersFieldProps {
  event: string;
  value: readonly Filter[];
  fault: string | null;
  onChange: (filters: Filter[]) => void;
}

/** Which of the events: those whose properties compare so. Nothing is shown before the first is added. */
export function FiltersField({ event, value, fault, onChange }: FiltersFieldProps) {
  const t = useTexts(conditionsTexts);
  const properties = propertiesOf(useBook(), event);
  if (value.length === 0) return null;
  const set = (at: number, filter: Filter) => onChange(value.map((each, i) => (i === at ? filter : each)));
  return (
    <ul className={styles.filters} aria-label={t.filters}>
      {value.map((filter, at) => {
        const inner = below(fault, `where.${at}`);
        return (
          // Filters have no identity of their own; their place is all there is.
          <li key={at} className={styles.filter}>
            <Word>{at === 0 ? t.filterWord : t.and}</Word>
            <PropertyField
              event={event}
              value={filter.property}
              fault={inner !== null && (inner === "" || below(inner, "property") !== null)}
              onChange={(property) => set(at, { property, operator: "is", value: null })}
            />
            <ComparisonField
              compared={filter}
              name={filter.property}
              named={properties.find(({ name }) => name === filter.property)}
              fault={inner}
              onChange={(next) => set(at, next)}
            />
            <Button
              type="text"
              size="small"
              icon={<CloseOutlined aria-hidden />}
              className={styles.quietButton ?? ""}
              aria-label={t.removeFilter}
              title={t.removeFilter}
              onClick={() => onChange(value.filter((_, i) => i !== at))}
            />
          </li>
        );
      })}
    </ul>
  );
}

/** The button that adds a filter. */
export function AddFilter({ value, onChange }: Pick<FiltersFieldProps, "value" | "onChange">) {
  const t = useTexts(conditionsTexts);
  if (value.length >= FILTERS_MAX) return null;
  return (
    <Button
      type="text"
      size="small"
      icon={<FilterOutlined aria-hidden />}
      className={styles.quietButton ?? ""}
      onClick={() => onChange([...value, { property: "", operator: "is", value: null }])}
    >
      {t.addFilter}
    </Button>
  );
}
