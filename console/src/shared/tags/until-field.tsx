import { Select } from "antd";
import { presentMs } from "@/shared/format/present";
import { useTexts } from "@/shared/i18n/texts";
import { Field } from "@/shared/ui/field";
import { tagWords } from "./tag-words";

const DAYS = [0, 1, 7, 30, 90, 180, 365];

/** The instant so many days from now; null for good. */
export const endAfter = (days: number) =>
  days === 0 ? null : new Date(presentMs() + days * 86_400_000).toISOString();

/** For how long a tag is given. */
export function UntilField({ days, onChange }: { days: number; onChange: (days: number) => void }) {
  const t = useTexts(tagWords);
  return (
    <Field label={t.until}>
      {(control) => (
        <Select
          {...control}
          aria-label={t.until}
          value={days}
          onChange={onChange}
          options={DAYS.map((value) => ({ value, label: value === 0 ? t.forever : t.days(value) }))}
        />
      )}
    </Field>
  );
}
