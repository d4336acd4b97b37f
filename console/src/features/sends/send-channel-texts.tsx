import { CloseOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Input, Select } from "antd";
import type { SendDefinition } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { useVocabulary } from "@/shared/i18n/vocabulary";
import { Field } from "@/shared/ui/field";
import { faultAt, type SendPart } from "./send-parts";
import { sendsTexts } from "./sends-texts";
import styles from "./sends.module.css";

type Overrides = NonNullable<SendDefinition["content"]["overrides"]>;
type Text = Overrides[string];

const WITH_TITLE = new Set(["official_account", "mail", "webhook"]);
const WITH_TEMPLATE = new Set(["sms", "official_account", "miniprogram", "aicall"]);
const FIELDS_MAX = 20;

/** The fields of a template as lines of "name=text", and back. */
const linesOf = (fields: Readonly<Record<string, string>>) =>
  Object.entries(fields)
    .map(([name, text]) => `${name}=${text}`)
    .join("\n");

const fieldsOf = (lines: string): Record<string, string> =>
  Object.fromEntries(
    lines
      .split("\n")
      .filter((line) => line.includes("="))
      .map((line) => [line.split("=", 1)[0]?.trim() ?? "", line.slice(line.indexOf("=") + 1).trim()] as const)
      .filter(([name, text], at) => name && text && at < FIELDS_MAX),
  );

interface OneProps {
  channel: string;
  name: string;
  text: Text;
  error: string | null;
  onChange: (text: Text) => void;
  onRemove: () => void;
}

function One({ channel, name, text, error, onChange, onRemove }: OneProps) {
  const t = useTexts(sendsTexts).channelTexts;
  return (
    <section className={styles.channelText} aria-label={name}>
      <div className={styles.row}>
        <h3 className={styles.part}>{name}</h3>
        <Button
          type="text"
          size="small"
          icon={<CloseOutlined aria-hidden />}
          aria-label={t.remove(name)}
          onClick={onRemove}
        />
      </div>
      {WITH_TITLE.has(channel) && (
        <Field label={t.title}>
          {(control) => (
            <Input
              {...control}
              aria-label={`${name} · ${t.title}`}
              maxLength={200}
              value={text.title ?? ""}
              onChange={({ target }) => onChange({ ...text, title: target.value || null })}
            />
          )}
        </Field>
      )}
      <Field label={t.body}>
        {(control) => (
          <Input.TextArea
            {...control}
            aria-label={`${name} · ${t.body}`}
            maxLength={2000}
            autoSize={{ minRows: 2, maxRows: 8 }}
            value={text.body ?? ""}
            onChange={({ target }) => onChange({ ...text, body: target.value || null })}
          />
        )}
      </Field>
      {WITH_TEMPLATE.has(channel) && (
        <>
          <Field label={t.template}>
            {(control) => (
              <Input
                {...control}
                aria-label={`${name} · ${t.template}`}
                maxLength={200}
                value={text.template_id ?? ""}
                onChange={({ target }) => onChange({ ...text, template_id: target.value.trim() || null })}
              />
            )}
          </Field>
          {text.template_id && (
            <Field label={t.fields} note={t.fieldsNote}>
              {(control) => (
                <Input.TextArea
                  {...control}
                  autoSize={{ minRows: 2, maxRows: 8 }}
                  defaultValue={linesOf(text.fields ?? {})}
                  placeholder={t.fieldsExample}
                  onChange={({ target }) => onChange({ ...text, fields: fieldsOf(target.value) })}
                />
              )}
            </Field>
          )}
        </>
      )}
      {error && (
        <p role="alert" className={styles.fault}>
          {error}
        </p>
      )}
    </section>
  );
}

/** What is said otherwise in one channel: a shorter text, another title, a template of the channel's own. */
export function SendChannelTexts({ send, fault, onChange }: SendPart) {
  const t = useTexts(sendsTexts).channelTexts;
  const vocabulary = useVocabulary();
  const overrides: Overrides = send.content.overrides ?? {};
  const set = (changed: Overrides) => onChange({ content: { ...send.content, overrides: changed } });
  const rest = send.channels.filter((channel) => channel !== "hand" && !(channel in overrides));
  const nameOf = (channel: string) => vocabulary.say("channels", channel);
  return (
    <div className={styles.stack}>
      {Object.entries(overrides).map(([channel, text]) => (
        <One
          key={channel}
          channel={channel}
          name={nameOf(channel)}
          text={text}
          error={faultAt(fault, `content.overrides.${channel}`)}
          onChange={(changed) => set({ ...overrides, [channel]: changed })}
          onRemove={() =>
            set(Object.fromEntries(Object.entries(overrides).filter(([each]) => each !== channel)))
          }
        />
      ))}
      {rest.length > 0 && (
        <Select<string | null>
          aria-label={t.add}
          placeholder={t.add}
          prefix={<PlusOutlined aria-hidden />}
          value={null}
          options={rest.map((channel) => ({ value: channel, label: nameOf(channel) }))}
          onChange={(channel) => channel && set({ ...overrides, [channel]: {} })}
        />
      )}
    </div>
  );
}
