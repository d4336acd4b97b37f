import { Radio } from "antd";
import { useId } from "react";
import type { JourneyTargets } from "@/api/journey-document";
import { groupSource } from "@/api/sources";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { Field } from "@/shared/ui/field";
import { StaffPicks } from "@/shared/staff/staff-pick";
import { PickSome } from "@/shared/ui/picker";
import { TextField } from "@/shared/ui/text-field";
import { editorTexts } from "../editor/editor-texts";
import { AreaField, NumberField, OneOfField, OptionalNumberField } from "../forms/fields";
import { emptyDocument } from "../journey-draft";
import { nodeTexts } from "../node-texts";
import type { SettingsProps } from "./settings-props";
import styles from "../forms/forms.module.css";

type Which = "all" | "groups" | "owners" | "staff";

const whichOf = (targets: JourneyTargets): Which =>
  targets.all ? "all" : targets.staff_ids ? "staff" : targets.owner_staff_ids ? "owners" : "groups";

const FRESH: Record<Which, JourneyTargets> = {
  all: { all: true },
  groups: { group_ids: [] },
  owners: { owner_staff_ids: [] },
  staff: { staff_ids: [] },
};

/** The answer names every list, with nothing in those that are not meant. */
const plain = (targets: JourneyTargets): JourneyTargets =>
  targets.all
    ? { all: true }
    : targets.staff_ids?.length
      ? { staff_ids: targets.staff_ids }
      : targets.owner_staff_ids?.length
        ? { owner_staff_ids: targets.owner_staff_ids }
        : "all" in targets
          ? { group_ids: targets.group_ids ?? [] }
          : targets;

/** Which groups, or whose moments. */
function TargetsForm({ document, faultOf, onChange }: SettingsProps) {
  const t = useTexts(editorTexts);
  const may = useMay();
  const { subject } = document;
  const targets = plain(document.targets ?? { all: true });
  const set = (next: JourneyTargets) => onChange({ targets: next });
  return (
    <>
      <OneOfField
        label={t.targets}
        keys={subject === "group" ? ["all", "groups", "owners"] : ["all", "staff"]}
        words={t.targetKinds}
        error={faultOf("targets")}
        value={whichOf(targets)}
        onChange={(which) => set(FRESH[which])}
      />
      {targets.group_ids && (
        <Field label={t.targetKinds.groups}>
          {(control) => (
            <PickSome
              control={control}
              source={groupSource}
              enabled={may(rights.readGroups)}
              value={targets.group_ids ?? []}
              onChange={(ids) => set({ group_ids: ids })}
            />
          )}
        </Field>
      )}
      {(["owner_staff_ids", "staff_ids"] as const).map(
        (name) =>
          targets[name] && (
            <Field key={name} label={name === "staff_ids" ? t.targetKinds.staff : t.targetKinds.owners}>
              {(control) => (
                <StaffPicks
                  control={control}
                  value={targets[name] ?? []}
                  onChange={(ids) => set({ [name]: ids })}
                />
              )}
            </Field>
          ),
      )}
    </>
  );
}

const SUBJECTS = ["customer", "group", "account"] as const;

/** Whom it is about; asked while nothing stands on the canvas, for each has nodes of its own. */
function SubjectField({ document, onChange }: SettingsProps) {
  const t = useTexts(editorTexts);
  const words = useTexts(nodeTexts);
  if (document.nodes.length > 0) return null;
  return (
    <OneOfField
      label={t.subject}
      keys={SUBJECTS}
      words={words.subjects}
      value={document.subject}
      onChange={(subject) => {
        const { targets, triggers, goals, exits } = emptyDocument(subject);
        onChange({ subject, targets, triggers, goals, exits });
      }}
    />
  );
}

/** What it is for, in words, and which of groups and accounts it means. */
export function PurposeForm(props: SettingsProps) {
  const t = useTexts(editorTexts);
  const { document, faultOf, onChange } = props;
  return (
    <div className={styles.form}>
      <SubjectField {...props} />
      <AreaField
        label={t.goalText}
        note={t.goalTextNote}
        max={200}
        rows={2}
        error={faultOf("goal_text")}
        value={document.goal_text}
        onChange={(goal_text) => onChange({ goal_text })}
      />
      {document.subject !== "customer" && <TargetsForm {...props} />}
    </div>
  );
}

/** Entering again, lanes, new versions, hold-out. */
export function RulesForm({ document, faultOf, onChange }: SettingsProps) {
  const t = useTexts(editorTexts);
  const id = useId();
  const { re_entry: reEntry } = document;
  const setReEntry = (part: Partial<typeof reEntry>) => onChange({ re_entry: { ...reEntry, ...part } });
  return (
    <div className={styles.form}>
      <OneOfField
        label={t.reEntry}
        keys={["never", "after_end"]}
        words={t.reEntries}
        value={reEntry.mode}
        onChange={(mode) =>
          setReEntry(mode === "never" ? { mode, after_days: 0, times_max: null } : { mode })
        }
      />
      {reEntry.mode === "after_end" && (
        <div className={styles.pair}>
          <NumberField
            label={t.afterDays}
            min={0}
            max={366}
            error={faultOf("re_entry.after_days")}
            value={reEntry.after_days}
            onChange={(after_days) => setReEntry({ after_days })}
          />
          <OptionalNumberField
            label={t.timesMax}
            min={1}
            max={1000}
            placeholder={t.noLimit}
            error={faultOf("re_entry.times_max")}
            value={reEntry.times_max}
            onChange={(times_max) => setReEntry({ times_max })}
          />
        </div>
      )}
      {document.subject === "customer" && (
        <>
          <TextField
            label={t.lane}
            note={t.laneNote}
            max={40}
            error={faultOf("lane")}
            value={document.lane ?? ""}
            onChange={(lane) => onChange({ lane: lane.trim() ? lane : null })}
          />
          <NumberField
            label={t.priority}
            note={t.priorityNote}
            min={0}
            max={9}
            error={faultOf("priority")}
            value={document.priority}
            onChange={(priority) => onChange({ priority })}
          />
          <NumberField
            label={t.holdOut}
            note={t.holdOutNote}
            min={0}
            max={50}
            error={faultOf("hold_out")}
            value={document.hold_out}
            onChange={(hold_out) => onChange({ hold_out })}
          />
        </>
      )}
      <div role="group" aria-labelledby={id} className={styles.list}>
        <span id={id} className={styles.heading}>
          {t.onNewVersion}
        </span>
        <Radio.Group
          vertical
          value={document.on_new_version}
          onChange={(event) => onChange({ on_new_version: event.target.value as "keep" | "move" })}
          options={(["keep", "move"] as const).map((value) => ({ value, label: t.onNewVersions[value] }))}
        />
      </div>
    </div>
  );
}
