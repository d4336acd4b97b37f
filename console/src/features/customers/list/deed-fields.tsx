import { useQuery } from "@tanstack/react-query";
import { Input, Select } from "antd";
import { unitsQuery } from "@/api/company";
import { colleaguesQuery } from "@/api/tasks";
import type { CustomerBulkAsked } from "@/api/types";
import { instantOf, localOf } from "@/shared/format/business-time";
import { presentMs, presentTime } from "@/shared/format/present";
import { useTexts } from "@/shared/i18n/texts";
import { TagSelect } from "@/shared/tags/tag-select";
import { Field } from "@/shared/ui/field";
import { journeySource } from "@/api/sources";
import { StaffPick } from "@/shared/staff/staff-pick";
import { PickOne } from "@/shared/ui/picker";
import { listTexts } from "./list-texts";

export type Deed = CustomerBulkAsked["deed"];
export type DeedKind = Deed["kind"];

const DAY_MS = 86_400_000;
const NOBODY = 0;

/** A deed while it is filled in: numbers that are not chosen yet are 0. */
export function newDeed(kind: DeedKind): Deed {
  switch (kind) {
    case "tag":
    case "untag":
      return { kind, tag_id: 0, reason: "" };
    case "custody":
      return { kind, unit_id: 0, staff_id: null };
    case "journey":
      return { kind, journey_id: 0 };
    case "task":
      return {
        kind,
        title: "",
        body: "",
        due_at: new Date(presentMs() + DAY_MS).toISOString(),
        staff_id: null,
      };
    case "lead":
      return { kind, staff_id: null, note: "" };
  }
}

export function isReady(deed: Deed): boolean {
  switch (deed.kind) {
    case "tag":
    case "untag":
      return deed.tag_id > 0;
    case "custody":
      return deed.unit_id > 0;
    case "journey":
      return deed.journey_id > 0;
    case "task":
      return deed.title.trim() !== "" && new Date(deed.due_at) > presentTime();
    case "lead":
      return true;
  }
}

interface FieldsProps<One extends Deed> {
  deed: One;
  onChange: (deed: Deed) => void;
  error: string | null;
}

function Colleague(props: { value: number | null; none: string; onChange: (id: number | null) => void }) {
  const t = useTexts(listTexts);
  const { data } = useQuery(colleaguesQuery());
  return (
    <Field label={t.staff}>
      {(control) => (
        <Select
          {...control}
          showSearch={{ optionFilterProp: "label" }}
          value={props.value ?? NOBODY}
          options={[
            { value: NOBODY, label: props.none },
            ...(data?.rows ?? []).map((each) => ({ value: each.staff_id, label: each.name })),
          ]}
          onChange={(id) => props.onChange(id === NOBODY ? null : id)}
        />
      )}
    </Field>
  );
}

function KeeperFields({ deed, onChange, error }: FieldsProps<Extract<Deed, { kind: "custody" }>>) {
  const t = useTexts(listTexts);
  const { data: units } = useQuery(unitsQuery());
  return (
    <>
      <Field label={t.unit} error={error}>
        {(control) => (
          <Select
            {...control}
            showSearch={{ optionFilterProp: "label" }}
            value={deed.unit_id || null}
            options={units?.rows.map((unit) => ({ value: unit.unit_id, label: unit.name })) ?? []}
            onChange={(id: number) => onChange({ ...deed, unit_id: id, staff_id: null })}
          />
        )}
      </Field>
      <Field label={t.staff}>
        {(control) => (
          <StaffPick
            control={control}
            none={t.anybody}
            fits={(each) => each.is_active && each.unit_id === deed.unit_id}
            value={deed.staff_id ?? null}
            onChange={(id) => onChange({ ...deed, staff_id: id })}
          />
        )}
      </Field>
    </>
  );
}

function JourneyField({ deed, onChange, error }: FieldsProps<Extract<Deed, { kind: "journey" }>>) {
  const t = useTexts(listTexts);
  return (
    <Field label={t.journey} note={t.journeyNote} error={error}>
      {(control) => (
        <PickOne
          source={journeySource}
          control={control}
          fits={(each) => each.status === "running" && each.subject === "customer"}
          value={deed.journey_id || null}
          onChange={(id) => id !== null && onChange({ ...deed, journey_id: id })}
        />
      )}
    </Field>
  );
}

function TaskFields({ deed, onChange, error }: FieldsProps<Extract<Deed, { kind: "task" }>>) {
  const t = useTexts(listTexts);
  return (
    <>
      <Field label={t.title} error={error}>
        {(control) => (
          <Input
            {...control}
            maxLength={100}
            value={deed.title}
            onChange={(event) => onChange({ ...deed, title: event.target.value })}
          />
        )}
      </Field>
      <Field label={t.body}>
        {(control) => (
          <Input.TextArea
            {...control}
            rows={2}
            maxLength={1000}
            value={deed.body}
            onChange={(event) => onChange({ ...deed, body: event.target.value })}
          />
        )}
      </Field>
      <Field label={t.due}>
        {(control) => (
          <Input
            {...control}
            type="datetime-local"
            value={localOf(deed.due_at)}
            onChange={(event) => onChange({ ...deed, due_at: instantOf(event.target.value) ?? deed.due_at })}
          />
        )}
      </Field>
      <Colleague
        value={deed.staff_id ?? null}
        none={t.byKeeper}
        onChange={(id) => onChange({ ...deed, staff_id: id })}
      />
    </>
  );
}

/** What has to be said of a deed before it can be prepared. */
export function DeedFields({ deed, onChange, error }: FieldsProps<Deed>) {
  const t = useTexts(listTexts);
  switch (deed.kind) {
    case "tag":
    case "untag":
      return (
        <>
          <Field label={t.tagLabel} error={error}>
            {(control) => (
              <TagSelect
                control={control}
                value={deed.tag_id || null}
                onChange={(id) => onChange({ ...deed, tag_id: id })}
              />
            )}
          </Field>
          <Field label={t.reason}>
            {(control) => (
              <Input
                {...control}
                maxLength={200}
                value={deed.reason}
                onChange={(event) => onChange({ ...deed, reason: event.target.value })}
              />
            )}
          </Field>
        </>
      );
    case "custody":
      return <KeeperFields deed={deed} onChange={onChange} error={error} />;
    case "journey":
      return <JourneyField deed={deed} onChange={onChange} error={error} />;
    case "task":
      return <TaskFields deed={deed} onChange={onChange} error={error} />;
    case "lead":
      return (
        <Colleague
          value={deed.staff_id ?? null}
          none={t.toPool}
          onChange={(id) => onChange({ ...deed, staff_id: id })}
        />
      );
  }
}
