import { Select } from "antd";
import { useTexts } from "@/shared/i18n/texts";
import { conditionsTexts } from "../conditions-texts";
import { marked } from "./basics";
import styles from "../builder.module.css";

/** Something that stands elsewhere, under its name. */
export interface Choosable<K extends string | number> {
  value: K;
  label: string;
}

interface PickFieldProps<K extends string | number> {
  label: string;
  /** Undefined while they are on their way. */
  options: readonly Choosable<K>[] | undefined;
  fault?: boolean;
}

/** What was chosen and is no longer offered is shown by its number. */
function withChosen<K extends string | number>(
  options: readonly Choosable<K>[] | undefined,
  chosen: readonly K[],
) {
  const known = options ?? [];
  const missing = chosen.filter((value) => !known.some((each) => each.value === value));
  return [...known, ...missing.map((value) => ({ value, label: options ? `#${value}` : "…" }))];
}

/** Several of what stands elsewhere. */
export function PickSeveralField<K extends string | number>(
  props: PickFieldProps<K> & { value: readonly K[]; onChange: (value: K[]) => void },
) {
  const { label, options, value, fault = false, onChange } = props;
  const t = useTexts(conditionsTexts);
  return (
    <Select<K[]>
      mode="multiple"
      aria-label={label}
      className={styles.values ?? ""}
      popupMatchSelectWidth={false}
      showSearch={{ optionFilterProp: "label" }}
      loading={!options}
      status={marked(fault)}
      placeholder={label}
      notFoundContent={options ? t.nothingToChoose : undefined}
      value={[...value]}
      onChange={(next) => onChange(next)}
      options={withChosen(options, value)}
    />
  );
}
