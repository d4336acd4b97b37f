import { useId, type ReactNode } from "react";
import styles from "./field.module.css";

interface FieldProps {
  label: string;
  note?: ReactNode;
  error?: string | null | undefined;
  /** The control, given the id that the label points at and what describes it. */
  children: (control: { id: string; "aria-describedby": string | undefined }) => ReactNode;
}

export function Field({ label, note, error, children }: FieldProps) {
  const id = useId();
  const described = error ? `${id}-error` : note ? `${id}-note` : undefined;
  return (
    <div className={styles.field}>
      <label htmlFor={id} className={styles.label}>
        {label}
      </label>
      {children({ id, "aria-describedby": described })}
      {error ? (
        <p id={`${id}-error`} role="alert" className={styles.error}>
          {error}
        </p>
      ) : (
        note && (
          <p id={`${id}-note`} className={styles.note}>
            {note}
          </p>
        )
      )}
    </div>
  );
}
