import { Input } from "antd";
import type { DefinitionFault } from "@/api/definition-fault";
import { useTexts } from "@/shared/i18n/texts";
import { AttachmentsField } from "@/shared/materials/attachments-field";
import { Field } from "@/shared/ui/field";
import { Panel } from "@/shared/ui/panel";
import { faultAt } from "../send-parts";
import type { Content, Kind } from "./post-parts";
import { postsTexts } from "./posts-texts";
import styles from "./posts.module.css";

const IN_MOMENTS = ["image"] as const;

interface PostMessageProps {
  kind: Kind;
  name: string;
  content: Content;
  fault: DefinitionFault | null;
  /** Whether what is empty is told: somebody tried to send it. */
  needs: boolean;
  onName: (name: string) => void;
  onChange: (changed: Partial<Content>) => void;
}

/** What is posted. */
export function PostMessage({ kind, name, content, fault, needs, onName, onChange }: PostMessageProps) {
  const t = useTexts(postsTexts);
  const missing = (text: string) => (needs && !text.trim() ? t.needed : null);
  return (
    <Panel title={t.message}>
      <div className={styles.form}>
        <Field label={t.name} note={t.nameNote} error={missing(name)}>
          {(control) => (
            <Input
              {...control}
              maxLength={80}
              value={name}
              onChange={(event) => onName(event.target.value)}
            />
          )}
        </Field>
        <Field label={t.body} error={missing(content.body) ?? faultAt(fault, "content.body")}>
          {(control) => (
            <Input.TextArea
              {...control}
              maxLength={2000}
              autoSize={{ minRows: 4, maxRows: 12 }}
              value={content.body}
              onChange={(event) => onChange({ body: event.target.value })}
            />
          )}
        </Field>
        <Field
          label={t.link}
          note={kind === "moment" ? t.linkMoment : undefined}
          error={faultAt(fault, "content.link_url")}
        >
          {(control) => (
            <Input
              {...control}
              placeholder="https://"
              value={content.link_url ?? ""}
              onChange={(event) => onChange({ link_url: event.target.value.trim() || null })}
            />
          )}
        </Field>
        {kind === "group" && content.link_url && (
          <Field label={t.titleOf} note={t.titleNote} error={faultAt(fault, "content.title")}>
            {(control) => (
              <Input
                {...control}
                maxLength={100}
                value={content.title}
                onChange={(event) => onChange({ title: event.target.value })}
              />
            )}
          </Field>
        )}
        <AttachmentsField
          attachments={content.attachments}
          {...(kind === "moment" ? { kinds: IN_MOMENTS } : {})}
          error={faultAt(fault, "content.attachments")}
          onChange={(attachments) => onChange({ attachments })}
        />
      </div>
    </Panel>
  );
}
