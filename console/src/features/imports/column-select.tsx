import { Select } from "antd";
import { useTexts } from "@/shared/i18n/texts";
import { Field } from "@/shared/ui/field";
import { importsTexts } from "./imports-texts";

interface ColumnSelectProps {
  label: string;
  note?: string;
  columns: readonly string[];
  value: string | null;
  onChange: (column: string | null) => void;
  /** Something is missing while nothing is chosen. */
  isNeeded?: boolean;
}

/** One of the file's columns. */
export function ColumnSelect({ label, note, columns, value, onChange, isNeeded = false }: ColumnSelectProps) {
  const t = useTexts(importsTexts).mapping;
  return (
    <Field label={label} note={note} error={isNeeded && !value ? t.needed : null}>
      {(control) => (
        <Select<string>
          {...control}
          aria-label={label}
          showSearch
          allowClear={!isNeeded}
          status={isNeeded && !value ? "error" : ""}
          placeholder={isNeeded ? t.column : t.none}
          {...(value ? { value } : {})}
          onChange={(column) => onChange(column)}
          onClear={() => onChange(null)}
          options={columns.filter(Boolean).map((column) => ({ value: column, label: column }))}
        />
      )}
    </Field>
  );
}
