import { Input } from "antd";
import { useTexts } from "@/shared/i18n/texts";
import { AttachmentsField } from "@/shared/materials/attachments-field";
import { Field } from "@/shared/ui/field";
import { Panel } from "@/shared/ui/panel";
import { SendChannelTexts } from "./send-channel-texts";
import { faultAt, type SendPart } from "./send-parts";
import { sendsTexts } from "./sends-texts";
import styles from "./sends.module.css";

interface SendMessageProps extends SendPart {
  name: string;
  onName: (name: string) => void;
}

/** What is said. */
export function SendMessage({ send, fault, onChange, name, onName }: SendMessageProps) {
  const t = useTexts(sendsTexts);
  const { content } = send;
  const set = (changed: Partial<typeof content>) => onChange({ content: { ...content, ...changed } });
  return (
    <Panel title={t.message}>
      <div className={styles.stack}>
        <Field label={t.name}>
          {(control) => (
            <Input
              {...control}
              value={name}
              maxLength={120}
              onChange={(event) => onName(event.target.value)}
            />
          )}
        </Field>
        <Field label={t.messageTitle} note={t.messageTitleNote} error={faultAt(fault, "content.title")}>
          {(control) => (
            <Input
              {...control}
              value={content.title}
              maxLength={200}
              onChange={(event) => set({ title: event.target.value })}
            />
          )}
        </Field>
        <Field label={t.body} note={t.bodyNote} error={faultAt(fault, "content.body")}>
          {(control) => (
            <Input.TextArea
              {...control}
              value={content.body}
              maxLength={2000}
              autoSize={{ minRows: 4, maxRows: 12 }}
              onChange={(event) => set({ body: event.target.value })}
            />
          )}
        </Field>
        <Field label={t.link} error={faultAt(fault, "content.link_url")}>
          {(control) => (
            <Input
              {...control}
              value={content.link_url ?? ""}
              placeholder="https://"
              onChange={(event) => set({ link_url: event.target.value.trim() || null })}
            />
          )}
        </Field>
        <AttachmentsField
          attachments={content.attachments}
          error={faultAt(fault, "content.attachments")}
          onChange={(attachments) => set({ attachments })}
        />
        <SendChannelTexts send={send} fault={fault} onChange={onChange} />
      </div>
    </Panel>
  );
}
