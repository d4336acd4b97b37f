import { Button, Dropdown } from "antd";
import { useTexts } from "@/shared/i18n/texts";
import { useVocabulary } from "@/shared/i18n/vocabulary";
import { TextField } from "@/shared/ui/text-field";
import { useEditing, type FaultOf } from "../edit-context";
import { MessagePreview } from "../message-preview";
import { AreaField } from "./fields";
import { formTexts } from "./form-texts";
import styles from "./forms.module.css";

/** Puts the place of an attribute into a text. */
export function InsertAttribute({ onInsert }: { onInsert: (place: string) => void }) {
  const t = useTexts(formTexts);
  const vocabulary = useVocabulary();
  const { attributes } = useEditing();
  const names = attributes.includes("name") ? attributes : ["name", ...attributes];
  return (
    <Dropdown
      trigger={["click"]}
      menu={{
        items: names.map((name) => ({ key: name, label: vocabulary.say("attributes", name) })),
        onClick: ({ key }) => onInsert(key === "name" ? `{{ name|${t.fallback} }}` : `{{ ${key} }}`),
        className: styles.menu ?? "",
      }}
    >
      <Button size="small" className={styles.add ?? ""}>
        {t.insert}
      </Button>
    </Dropdown>
  );
}

export interface MessageWords {
  title?: string;
  body: string;
  link_url?: string | null;
}

interface MessageTextProps {
  text: MessageWords;
  faultOf: FaultOf;
  onChange: (change: Partial<{ title: string; body: string; link_url: string | null }>) => void;
}

/** The words of a message, and how they arrive; what a kind of message has no place for is not asked for. */
export function MessageText({ text, faultOf, onChange }: MessageTextProps) {
  const t = useTexts(formTexts);
  return (
    <div className={styles.form}>
      {text.title !== undefined && (
        <TextField
          label={t.messageTitle}
          error={faultOf("title")}
          value={text.title}
          onChange={(title) => onChange({ title })}
        />
      )}
      <AreaField
        label={t.body}
        note={t.bodyNote}
        error={faultOf("body")}
        value={text.body}
        onChange={(body) => onChange({ body })}
      />
      <InsertAttribute onInsert={(place) => onChange({ body: text.body + place })} />
      {text.link_url !== undefined && (
        <TextField
          label={t.linkUrl}
          note={t.linkNote}
          error={faultOf("link_url")}
          placeholder="https://"
          max={1000}
          value={text.link_url ?? ""}
          onChange={(url) => onChange({ link_url: url.trim() || null })}
        />
      )}
      <div>
        <p className={styles.heading}>{t.preview}</p>
        <MessagePreview text={text} />
      </div>
    </div>
  );
}
