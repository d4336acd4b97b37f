import type { TaskReceiver } from "@/api/journey-document";
import { useTexts } from "@/shared/i18n/texts";
import { ScriptSelect } from "@/shared/materials/script-select";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { Field } from "@/shared/ui/field";
import { TextField } from "@/shared/ui/text-field";
import { AreaField, MinutesField, OneOfField, PickField, SwitchField } from "./fields";
import type { FormProps } from "./form-props";
import { formTexts } from "./form-texts";
import { InsertAttribute } from "./message-text";
import styles from "./forms.module.css";

type Which = "keeper" | "staff" | "persona";

const whichOf = (to: TaskReceiver): Which =>
  to === "keeper" ? "keeper" : "staff_id" in to ? "staff" : "persona";

const FRESH: Record<Which, TaskReceiver> = {
  keeper: "keeper",
  staff: { staff_id: 0 },
  persona: { persona_id: 0 },
};

/** What a member of staff is asked to do, with what words, and until when. */
export function TaskForm({ node, faultOf, onChange }: FormProps<"task">) {
  const t = useTexts(formTexts);
  const may = useMay();
  const { to } = node;
  return (
    <div className={styles.form}>
      <TextField
        label={t.taskTitle}
        error={faultOf("title")}
        value={node.title}
        onChange={(title) => onChange({ ...node, title })}
      />
      {may(rights.readScripts) && (
        <Field label={t.scriptOfShelf} note={t.scriptOfShelfNote} error={faultOf("script_id")}>
          {(control) => (
            <ScriptSelect
              control={control}
              value={node.script_id}
              onChange={(chosen) => onChange({ ...node, script_id: chosen?.script_id ?? null })}
            />
          )}
        </Field>
      )}
      <AreaField
        label={t.script}
        note={t.bodyNote}
        error={faultOf("script")}
        value={node.script}
        onChange={(script) => onChange({ ...node, script })}
      />
      <InsertAttribute onInsert={(place) => onChange({ ...node, script: node.script + place })} />
      <OneOfField
        label={t.to}
        keys={["keeper", "staff", "persona"]}
        words={t.receivers}
        value={whichOf(to)}
        onChange={(which) => onChange({ ...node, to: FRESH[which] })}
      />
      {to !== "keeper" && "staff_id" in to && (
        <PickField
          label={t.staffMember}
          of="staff"
          error={faultOf("to")}
          value={to.staff_id}
          onChange={(id) => onChange({ ...node, to: { staff_id: id ?? 0 } })}
        />
      )}
      {to !== "keeper" && "persona_id" in to && (
        <PickField
          label={t.persona}
          of="persona"
          error={faultOf("to")}
          value={to.persona_id}
          onChange={(id) => onChange({ ...node, to: { persona_id: id ?? 0 } })}
        />
      )}
      <MinutesField
        label={t.deadline}
        error={faultOf("deadline_minutes")}
        value={node.deadline_minutes}
        onChange={(minutes) => onChange({ ...node, deadline_minutes: minutes })}
      />
      <SwitchField
        label={t.wait}
        note={t.waitNote}
        value={node.wait}
        onChange={(wait) => onChange({ ...node, wait })}
      />
    </div>
  );
}
