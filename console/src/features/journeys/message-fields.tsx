import { Button, Dropdown, Input } from "antd";
import type { SendVariant } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { useVocabulary } from "@/shared/i18n/vocabulary";
import { Field } from "@/shared/ui/field";
import { useEditing } from "./edit-context";
import { journeysTexts } from "./journeys-texts";
import { MessagePreview } from "./message-preview";
import styles from "./journey-editor.module.css";

export type MessageText = Pick<SendVariant, "title" | "body" | "link_url">;

interface MessageFieldsProps {
  text: MessageText;
  faultOf: (field: string) => string | undefined;
  onChange: (change: Partial<MessageText>) => void;
}

/** The words of a message, and how they arrive. */
export function MessageFields({ text, faultOf, onChange }: MessageFieldsProps) {
  const t = useTexts(journeysTexts);
  const vocabulary = useVocabulary();
  const { attributes } = useEditing();
  const names = attributes.includes("name") ? attributes : ["name", ...attributes];
  const insert = (name: string) => {
    const slot = name === "name" ? `{{ name|${t.fallback} }}` : `{{ ${name} }}`;
    onChange({ body: text.body + slot });
  };
  return (
    <div className={styles.send}>
      <div className={styles.fields}>
        <Field label={t.messageTitle} error={faultOf("title")}>
          {(control) => (
            <Input
              {...control}
              maxLength={200}
              value={text.title}
              onChange={(event) => onChange({ title: event.target.value })}
            />
          )}
        </Field>
        <Field label={t.body} error={faultOf("body")} note={t.bodyNote}>
          {(control) => (
            <Input.TextArea
              {...control}
              autoSize={{ minRows: 3, maxRows: 10 }}
              maxLength={2000}
              value={text.body}
              onChange={(event) => onChange({ body: event.target.value })}
            />
          )}
        </Field>
        <Dropdown
          trigger={["click"]}
          menu={{
            items: names.map((name) => ({ key: name, label: vocabulary.say("attributes", name) })),
            onClick: ({ key }) => insert(key),
            className: styles.menu ?? "",
          }}
        >
          <Button size="small" className={styles.insert ?? ""}>
            {t.insert}
          </Button>
        </Dropdown>
        <Field label={t.linkUrl} error={faultOf("link_url")} note={t.linkNote}>
          {(control) => (
            <Input
              {...control}
              type="url"
              placeholder="https://"
              value={text.link_url ?? ""}
              onChange={(event) => onChange({ link_url: event.target.value.trim() || null })}
            />
          )}
        </Field>
      </div>
      <div className={styles.preview}>
        <span className={styles.previewName}>{t.preview}</span>
        <MessagePreview step={text} />
      </div>
    </div>
  );
}
