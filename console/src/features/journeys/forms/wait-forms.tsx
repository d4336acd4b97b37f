import { useTexts } from "@/shared/i18n/texts";
import { EventMatchField } from "./event-match-field";
import { ClockField, MinutesField, NumberField, OneOfField, WeekdaysField } from "./fields";
import type { FormProps } from "./form-props";
import { formTexts } from "./form-texts";
import styles from "./forms.module.css";

/** So many minutes, hours or days. */
export function WaitForm({ node, faultOf, onChange }: FormProps<"wait">) {
  const t = useTexts(formTexts);
  return (
    <MinutesField
      label={t.waitFor}
      error={faultOf("minutes")}
      value={node.minutes}
      onChange={(minutes) => onChange({ ...node, minutes })}
    />
  );
}

const BEST_HOUR = "best_hour";

/** A day after entering or the next that fits, and a time of it. */
export function WaitUntilForm({ node, faultOf, onChange }: FormProps<"wait_until">) {
  const t = useTexts(formTexts);
  const isBest = node.at === BEST_HOUR;
  return (
    <div className={styles.form}>
      <OneOfField
        label={t.untilDay}
        keys={["next", "day"]}
        words={{ next: t.nextMoment, day: t.dayNumber }}
        value={node.day === null ? "next" : "day"}
        onChange={(which) => onChange({ ...node, day: which === "next" ? null : 1 })}
      />
      {node.day !== null && (
        <NumberField
          label={t.dayNumber}
          note={t.dayNote}
          error={faultOf("day")}
          min={0}
          max={366}
          suffix={t.daysWord}
          value={node.day}
          onChange={(day) => onChange({ ...node, day })}
        />
      )}
      <OneOfField
        label={t.at}
        note={isBest ? t.bestHourNote : undefined}
        keys={["fixed", "best"]}
        words={{ fixed: t.fixedHour, best: t.bestHour }}
        value={isBest ? "best" : "fixed"}
        onChange={(which) => onChange({ ...node, at: which === "best" ? BEST_HOUR : "10:00" })}
      />
      {!isBest && (
        <ClockField
          type="time"
          label={t.fixedHour}
          error={faultOf("at")}
          value={node.at}
          onChange={(at) => onChange({ ...node, at })}
        />
      )}
      <WeekdaysField
        label={t.weekdays}
        note={t.weekdaysNote}
        error={faultOf("weekdays")}
        value={node.weekdays}
        onChange={(weekdays) => onChange({ ...node, weekdays: [...weekdays] })}
      />
    </div>
  );
}

/** An event, and how long to wait for it. */
export function WaitEventForm({ node, faultOf, onChange }: FormProps<"wait_event">) {
  const t = useTexts(formTexts);
  return (
    <div className={styles.form}>
      <EventMatchField
        label={t.event}
        value={node.event}
        faultOf={faultOf}
        onChange={(event) => onChange({ ...node, event })}
      />
      <MinutesField
        label={t.timeout}
        note={t.timeoutNote}
        error={faultOf("timeout_minutes")}
        value={node.timeout_minutes}
        onChange={(minutes) => onChange({ ...node, timeout_minutes: minutes })}
      />
    </div>
  );
}
