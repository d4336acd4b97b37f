import type { EventMatch } from "@/api/types";
import { BookContext } from "@/shared/conditions/book";
import { AddFilter, EventField, FiltersField } from "@/shared/conditions/fields/event-field";
import { useEditing, type FaultOf } from "../edit-context";
import styles from "./forms.module.css";

interface EventMatchFieldProps {
  label: string;
  value: EventMatch;
  faultOf: FaultOf;
  onChange: (value: EventMatch) => void;
}

/** Which event, and which of these: as in the conditions of segments. */
export function EventMatchField({ label, value, faultOf, onChange }: EventMatchFieldProps) {
  const { book } = useEditing();
  const error = faultOf("event");
  const fault = error === undefined ? null : "event";
  return (
    <BookContext value={book}>
      <div role="group" aria-label={label} className={styles.list}>
        <span className={styles.heading}>{label}</span>
        <div className={styles.event}>
          <EventField
            value={value.event}
            fault={fault}
            onChange={(event) => onChange({ event, where: [] })}
          />
          {value.event && (
            <AddFilter value={value.where} onChange={(where) => onChange({ ...value, where })} />
          )}
        </div>
        <FiltersField
          event={value.event}
          value={value.where}
          fault={null}
          onChange={(where) => onChange({ ...value, where })}
        />
        {error && (
          <p role="alert" className={styles.error}>
            {error}
          </p>
        )}
      </div>
    </BookContext>
  );
}
