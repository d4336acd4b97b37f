import { CloseOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Select } from "antd";
import type { StoreDraft } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { Field } from "@/shared/ui/field";
import { TimeSpan } from "@/shared/ui/time-span";
import { replaced, without } from "./code-parts";
import { codesTexts } from "./codes-texts";
import { storesTexts } from "./stores-texts";
import styles from "./codes.module.css";

const DAYS = [1, 2, 3, 4, 5, 6, 7] as const;
const HOURS_MAX = 21;

interface StoreHoursProps {
  hours: StoreDraft["hours"];
  wrong: boolean;
  onChange: (hours: StoreDraft["hours"]) => void;
}

/** When a store is open. */
export function StoreHours({ hours, wrong, onChange }: StoreHoursProps) {
  const t = useTexts(storesTexts);
  const days = useTexts(codesTexts);
  return (
    <Field
      label={t.hours}
      note={hours.length === 0 ? t.alwaysNote : t.hoursNote}
      error={wrong ? t.wrong : null}
    >
      {() => (
        <div className={styles.stack}>
          {hours.map((each, n) => (
            <div key={n} className={styles.itemHead}>
              <Select
                mode="multiple"
                aria-label={days.weekdays}
                className={styles.days ?? ""}
                value={each.weekdays}
                options={DAYS.map((value) => ({ value, label: days.weekday[value] }))}
                onChange={(weekdays: number[]) =>
                  onChange(replaced(hours, n, { weekdays: [...weekdays].sort((a, b) => a - b) }))
                }
              />
              <TimeSpan
                label={t.hours}
                begins={each.begins}
                ends={each.ends}
                onChange={(changed) => onChange(replaced(hours, n, changed))}
              />
              <Button
                type="text"
                size="small"
                icon={<CloseOutlined aria-hidden />}
                aria-label={t.removeHours(n + 1)}
                onClick={() => onChange(without(hours, n))}
              />
            </div>
          ))}
          <div>
            <Button
              size="small"
              type="dashed"
              icon={<PlusOutlined aria-hidden />}
              disabled={hours.length >= HOURS_MAX}
              onClick={() => onChange([...hours, { weekdays: [...DAYS], begins: 600, ends: 1320 }])}
            >
              {t.addHours}
            </Button>
          </div>
        </div>
      )}
    </Field>
  );
}
