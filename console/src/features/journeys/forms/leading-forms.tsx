import { CloseOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Input } from "antd";
import { useState } from "react";
import { useTexts } from "@/shared/i18n/texts";
import { AreaField, OneOfField, PickField } from "./fields";
import type { FormProps } from "./form-props";
import { formTexts } from "./form-texts";
import { MessageText } from "./message-text";
import styles from "./forms.module.css";

/** An endpoint, and what it is told; names are edited beside the document, for two may be alike for a moment. */
export function WebhookForm({ node, faultOf, onChange }: FormProps<"webhook">) {
  const t = useTexts(formTexts);
  const [rows, setRows] = useState(() => Object.entries(node.fields).map(([name, text]) => ({ name, text })));
  const set = (next: typeof rows) => {
    setRows(next);
    const named = next.filter(({ name }) => name.trim() !== "");
    onChange({ ...node, fields: Object.fromEntries(named.map(({ name, text }) => [name.trim(), text])) });
  };
  const change = (at: number, part: Partial<(typeof rows)[number]>) =>
    set(rows.map((row, n) => (n === at ? { ...row, ...part } : row)));
  return (
    <div className={styles.form}>
      <PickField
        label={t.endpoint}
        of="endpoint"
        error={faultOf("endpoint_id")}
        value={node.endpoint_id}
        onChange={(id) => onChange({ ...node, endpoint_id: id ?? 0 })}
      />
      <div className={styles.list} role="group" aria-label={t.fields}>
        <span className={styles.heading}>{t.fields}</span>
        {rows.map((row, at) => (
          // Fields have no identity of their own; their place is all there is.
          <div key={at} className={styles.item}>
            <div className={styles.itemHead}>
              <Input
                aria-label={t.fieldName}
                placeholder={t.fieldName}
                maxLength={60}
                value={row.name}
                onChange={(event) => change(at, { name: event.target.value })}
              />
              <Button
                type="text"
                size="small"
                icon={<CloseOutlined aria-hidden />}
                aria-label={t.removeField(row.name)}
                onClick={() => set(rows.filter((_, n) => n !== at))}
              />
            </div>
            <Input
              aria-label={t.fieldText}
              placeholder="{{ name }}"
              maxLength={2000}
              value={row.text}
              onChange={(event) => change(at, { text: event.target.value })}
            />
          </div>
        ))}
        {faultOf("fields") && (
          <p role="alert" className={styles.error}>
            {faultOf("fields")}
          </p>
        )}
        <Button
          size="small"
          className={styles.add ?? ""}
          icon={<PlusOutlined aria-hidden />}
          onClick={() => setRows([...rows, { name: "", text: "" }])}
        >
          {t.addField}
        </Button>
      </div>
    </div>
  );
}

/** A group code, and who sends its address. */
export function GroupInviteForm({ node, faultOf, onChange }: FormProps<"group_invite">) {
  const t = useTexts(formTexts);
  return (
    <div className={styles.form}>
      <PickField
        label={t.code}
        note={t.inviteNote}
        of="code"
        error={faultOf("code_id")}
        value={node.code_id}
        onChange={(id) => onChange({ ...node, code_id: id ?? 0 })}
      />
      <OneOfField
        label={t.inviteBy}
        keys={["message", "task"]}
        words={t.inviteBys}
        value={node.by}
        onChange={(by) => onChange({ ...node, by })}
      />
      <MessageText
        text={{ title: node.title, body: node.body }}
        faultOf={faultOf}
        onChange={({ title = node.title, body = node.body }) => onChange({ ...node, title, body })}
      />
    </div>
  );
}

/** To the pool, or to somebody by name. */
export function HandOverForm({ node, faultOf, onChange }: FormProps<"hand_over">) {
  const t = useTexts(formTexts);
  return (
    <div className={styles.form}>
      <OneOfField
        label={t.handTo}
        keys={["pool", "staff"]}
        words={t.handTos}
        value={node.to === "pool" ? "pool" : "staff"}
        onChange={(which) => onChange({ ...node, to: which === "pool" ? "pool" : { staff_id: 0 } })}
      />
      {node.to !== "pool" && (
        <PickField
          label={t.staffMember}
          of="staff"
          error={faultOf("to")}
          value={node.to.staff_id}
          onChange={(id) => onChange({ ...node, to: { staff_id: id ?? 0 } })}
        />
      )}
      <AreaField
        label={t.note}
        max={500}
        error={faultOf("note")}
        value={node.note}
        onChange={(note) => onChange({ ...node, note })}
      />
    </div>
  );
}

/** Another journey that the customer enters as well. */
export function EnterForm({ node, faultOf, onChange }: FormProps<"journey">) {
  const t = useTexts(formTexts);
  return (
    <PickField
      label={t.journey}
      note={t.journeyNote}
      of="journey"
      error={faultOf("journey_id")}
      value={node.journey_id}
      onChange={(id) => onChange({ ...node, journey_id: id ?? 0 })}
    />
  );
}
