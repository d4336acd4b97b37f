import { Input, InputNumber, Segmented } from "antd";
import type { SendDefinition } from "@/api/types";
import { instantOf, localOf } from "@/shared/format/business-time";
import { presentMs } from "@/shared/format/present";
import { useTexts } from "@/shared/i18n/texts";
import { Field } from "@/shared/ui/field";
import { Panel } from "@/shared/ui/panel";
import { TimeSpan } from "@/shared/ui/time-span";
import { faultAt, type SendPart } from "./send-parts";
import { sendsTexts } from "./sends-texts";
import styles from "./sends.module.css";

const HOUR_MS = 3_600_000;
const UNCOMPARED: NonNullable<SendDefinition["worth"]> = { by: "none", percent: 10, attribute: "" };

/** When it goes out, and what it is worth. */
export function SendWhen({ send, fault, onChange }: SendPart) {
  const t = useTexts(sendsTexts);
  const worth = send.worth ?? UNCOMPARED;
  return (
    <Panel title={t.when}>
      <div className={styles.stack}>
        <Field label={t.starts} error={faultAt(fault, "starts_at")}>
          {(control) => (
            <div className={styles.row}>
              <Segmented
                aria-label={t.starts}
                value={send.starts_at ? "at" : "now"}
                options={[
                  { value: "now", label: t.startsNow },
                  { value: "at", label: t.startsAt },
                ]}
                onChange={(how) =>
                  onChange({
                    starts_at: how === "now" ? null : new Date(presentMs() + HOUR_MS).toISOString(),
                  })
                }
              />
              {send.starts_at && (
                <Input
                  {...control}
                  type="datetime-local"
                  className={styles.moment ?? ""}
                  value={localOf(send.starts_at)}
                  onChange={(event) =>
                    event.target.value && onChange({ starts_at: instantOf(event.target.value) })
                  }
                />
              )}
            </div>
          )}
        </Field>
        <div className={styles.pair}>
          <Field
            label={t.hours}
            note={t.hoursNote}
            error={faultAt(fault, "ends") ?? faultAt(fault, "begins")}
          >
            {() => (
              <div className={styles.row}>
                <TimeSpan label={t.hours} begins={send.begins} ends={send.ends} onChange={onChange} />
              </div>
            )}
          </Field>
          <Field label={t.days} error={faultAt(fault, "days")}>
            {(control) => (
              <InputNumber
                {...control}
                min={1}
                max={7}
                precision={0}
                value={send.days}
                onChange={(days) => days && onChange({ days })}
              />
            )}
          </Field>
        </div>
        <Field label={t.worth} note={t.worthNote} error={faultAt(fault, "worth")}>
          {() => (
            <div className={styles.row}>
              <Segmented
                aria-label={t.worth}
                value={worth.by}
                options={(["none", "expected", "attribute"] as const).map((value) => ({
                  value,
                  label: t.worths[value],
                }))}
                onChange={(by) => onChange({ worth: { ...worth, by } })}
              />
              {worth.by === "expected" && (
                <InputNumber
                  aria-label={t.percent}
                  suffix="%"
                  min={1}
                  max={100}
                  precision={0}
                  value={worth.percent}
                  onChange={(percent) => percent && onChange({ worth: { ...worth, percent } })}
                />
              )}
              {worth.by === "attribute" && (
                <Input
                  aria-label={t.attribute}
                  placeholder={t.attribute}
                  className={styles.moment ?? ""}
                  value={worth.attribute}
                  onChange={(event) => onChange({ worth: { ...worth, attribute: event.target.value } })}
                />
              )}
            </div>
          )}
        </Field>
      </div>
    </Panel>
  );
}
