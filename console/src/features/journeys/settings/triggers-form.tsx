import { Select } from "antd";
import type { JourneyTrigger, TriggerKind } from "@/api/journey-document";
import { presentTime } from "@/shared/format/present";
import { useTexts } from "@/shared/i18n/texts";
import { Field } from "@/shared/ui/field";
import { useEditing, type FaultOf } from "../edit-context";
import { editorTexts } from "../editor/editor-texts";
import { EventMatchField } from "../forms/event-match-field";
import { ClockField, NumberField, PickField, SwitchField, WeekdaysField } from "../forms/fields";
import { AttributeNameField } from "../forms/record-forms";
import { CREATED_ON, TRIGGER_KINDS } from "../node-kinds";
import { nodeTexts } from "../node-texts";
import { AddOne, ItemCard } from "./item-card";
import { withItem, withoutItem, type SettingsProps } from "./settings-props";
import styles from "../forms/forms.module.css";

const TRIGGERS_MAX = 5;

function newTrigger(kind: TriggerKind, today: string, isOfCustomers: boolean): JourneyTrigger {
  switch (kind) {
    case "segment_entered":
      return { kind, segment_id: 0, include_members: true };
    case "segment_exited":
      return { kind, segment_id: 0 };
    case "event":
      return { kind, event: { event: "", where: [] } };
    case "date":
      return isOfCustomers
        ? { kind, attribute: "birthday", days: 0, at: "10:00", yearly: true, segment_id: null }
        : { kind, attribute: CREATED_ON, days: 1, at: "10:00", yearly: false, segment_id: null };
    case "schedule":
      return {
        kind,
        segment_id: null,
        at: "10:00",
        weekdays: [],
        month_days: [],
        starts_on: today,
        ends_on: null,
      };
    default:
      return { kind };
  }
}

interface FieldsOf<K extends TriggerKind> {
  trigger: Extract<JourneyTrigger, { kind: K }>;
  faultOf: FaultOf;
  onChange: (trigger: JourneyTrigger) => void;
}

function DateFields({ trigger, faultOf, onChange }: FieldsOf<"date">) {
  const t = useTexts(editorTexts);
  const { subject } = useEditing();
  const isOfCustomers = subject === "customer";
  return (
    <>
      {isOfCustomers && (
        <AttributeNameField
          label={t.dateAttribute}
          error={faultOf("attribute")}
          value={trigger.attribute}
          onChange={(attribute) => onChange({ ...trigger, attribute })}
        />
      )}
      <NumberField
        label={t.dateDays}
        note={isOfCustomers ? t.dateDaysNote : t.createdOnNote}
        error={faultOf("days")}
        min={-365}
        max={365}
        value={trigger.days}
        onChange={(days) => onChange({ ...trigger, days })}
      />
      <ClockField
        type="time"
        label={t.at}
        error={faultOf("at")}
        value={trigger.at}
        onChange={(at) => onChange({ ...trigger, at })}
      />
      <SwitchField
        label={t.yearly}
        value={trigger.yearly}
        onChange={(yearly) => onChange({ ...trigger, yearly })}
      />
      {isOfCustomers && (
        <PickField
          label={t.onlyIn}
          none={t.anyone}
          of="segment"
          error={faultOf("segment_id")}
          value={trigger.segment_id}
          onChange={(segment_id) => onChange({ ...trigger, segment_id })}
        />
      )}
    </>
  );
}

const MONTH_DAYS = Array.from({ length: 31 }, (_, index) => ({ value: index + 1, label: `${index + 1}` }));

function ScheduleFields({ trigger, faultOf, onChange }: FieldsOf<"schedule">) {
  const t = useTexts(editorTexts);
  const { subject } = useEditing();
  return (
    <>
      {subject === "customer" && (
        <PickField
          label={t.segment}
          of="segment"
          error={faultOf("segment_id")}
          value={trigger.segment_id}
          onChange={(segment_id) => onChange({ ...trigger, segment_id })}
        />
      )}
      <ClockField
        type="time"
        label={t.at}
        error={faultOf("at")}
        value={trigger.at}
        onChange={(at) => onChange({ ...trigger, at })}
      />
      <WeekdaysField
        label={t.weekdays}
        note={t.weekdaysNote}
        error={faultOf("weekdays")}
        value={trigger.weekdays}
        onChange={(weekdays) => onChange({ ...trigger, weekdays: [...weekdays] })}
      />
      <Field label={t.monthDays} error={faultOf("month_days")}>
        {(control) => (
          <Select<number[]>
            {...control}
            mode="multiple"
            value={trigger.month_days}
            options={MONTH_DAYS}
            onChange={(days) =>
              onChange({ ...trigger, month_days: [...days].sort((one, other) => one - other) })
            }
          />
        )}
      </Field>
      <div className={styles.pair}>
        <ClockField
          type="date"
          label={t.startsOn}
          error={faultOf("starts_on")}
          value={trigger.starts_on}
          onChange={(starts_on) => onChange({ ...trigger, starts_on })}
        />
        <ClockField
          type="date"
          label={t.endsOn}
          error={faultOf("ends_on")}
          value={trigger.ends_on ?? ""}
          onChange={(ends_on) => onChange({ ...trigger, ends_on: ends_on || null })}
        />
      </div>
    </>
  );
}

function TriggerFields({ trigger, faultOf, onChange }: FieldsOf<TriggerKind>) {
  const t = useTexts(editorTexts);
  switch (trigger.kind) {
    case "segment_entered":
    case "segment_exited":
      return (
        <>
          <PickField
            label={t.segment}
            of="segment"
            error={faultOf("segment_id")}
            value={trigger.segment_id}
            onChange={(id) => onChange({ ...trigger, segment_id: id ?? 0 })}
          />
          {trigger.kind === "segment_entered" && (
            <SwitchField
              label={t.includeMembers}
              value={trigger.include_members}
              onChange={(include_members) => onChange({ ...trigger, include_members })}
            />
          )}
        </>
      );
    case "event":
      return (
        <EventMatchField
          label={t.exitKinds.event}
          value={trigger.event}
          faultOf={faultOf}
          onChange={(event) => onChange({ ...trigger, event })}
        />
      );
    case "date":
      return <DateFields trigger={trigger} faultOf={faultOf} onChange={onChange} />;
    case "schedule":
      return <ScheduleFields trigger={trigger} faultOf={faultOf} onChange={onChange} />;
    case "by_hand":
      return <p className={styles.quiet}>{t.byHandNote}</p>;
    case "api":
      return <p className={styles.quiet}>{t.apiNote("/api/journeys/{id}/enter")}</p>;
  }
}

/** What brings people in; any of them does. */
export function TriggersForm({ document, faultOf, onChange }: SettingsProps) {
  const t = useTexts(editorTexts);
  const words = useTexts(nodeTexts);
  const { triggers, subject } = document;
  const kinds = TRIGGER_KINDS.filter(({ subjects }) => subjects.includes(subject));
  const today = new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Shanghai" }).format(presentTime());
  return (
    <div className={styles.list}>
      {triggers.map((trigger, at) => (
        // Triggers have no identity of their own; their place is all there is.
        <ItemCard
          key={at}
          title={words.triggers[trigger.kind]}
          removeLabel={t.removeTrigger}
          error={undefined}
          onRemove={() => onChange({ triggers: withoutItem(triggers, at) })}
        >
          <TriggerFields
            trigger={trigger}
            faultOf={(field) => faultOf(`triggers.${at}.${field}`)}
            onChange={(next) => onChange({ triggers: withItem(triggers, at, next) })}
          />
        </ItemCard>
      ))}
      {triggers.length === 0 && faultOf("triggers") && (
        <p role="alert" className={styles.error}>
          {faultOf("triggers")}
        </p>
      )}
      {triggers.length < TRIGGERS_MAX && (
        <AddOne
          label={t.addTrigger}
          kinds={kinds.map(({ kind }) => ({ kind, label: words.triggers[kind] }))}
          onAdd={(kind) =>
            onChange({ triggers: [...triggers, newTrigger(kind, today, subject === "customer")] })
          }
        />
      )}
    </div>
  );
}
