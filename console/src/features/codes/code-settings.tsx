import { useQuery } from "@tanstack/react-query";
import { Checkbox, Input, Select } from "antd";
import { wecomCorpsQuery } from "@/api/contacts";
import { useTexts } from "@/shared/i18n/texts";
import { TagsSelect } from "@/shared/tags/tags-select";
import { Field } from "@/shared/ui/field";
import { Panel } from "@/shared/ui/panel";
import { faultAt, type CodePart } from "./code-parts";
import { codesTexts } from "./codes-texts";
import styles from "./codes.module.css";

const MODES = ["landing", "direct", "groups", "stores", "link"] as const;

interface BasicsProps extends CodePart {
  name: string;
  onName: (name: string) => void;
}

/** What a code is called, what its page says, and how it works. */
export function CodeBasics({ code, fault, name, onName, onChange }: BasicsProps) {
  const t = useTexts(codesTexts);
  const corps = useQuery(wecomCorpsQuery());
  const known = corps.data ?? [];
  return (
    <Panel title={t.basics}>
      <div className={styles.stack}>
        <div className={styles.pair}>
          <Field label={t.name}>
            {(control) => (
              <Input
                {...control}
                maxLength={120}
                value={name}
                onChange={(event) => onName(event.target.value)}
              />
            )}
          </Field>
          <Field label={t.pageTitle} error={faultAt(fault, "title")}>
            {(control) => (
              <Input
                {...control}
                maxLength={200}
                value={code.title}
                onChange={(event) => onChange({ title: event.target.value })}
              />
            )}
          </Field>
        </div>
        <Field label={t.intro} error={faultAt(fault, "intro")}>
          {(control) => (
            <Input.TextArea
              {...control}
              autoSize={{ minRows: 2, maxRows: 6 }}
              maxLength={2000}
              value={code.intro}
              onChange={(event) => onChange({ intro: event.target.value })}
            />
          )}
        </Field>
        <div className={styles.pair}>
          <Field label={t.mode} note={t.modeNote[code.mode]}>
            {(control) => (
              <Select
                {...control}
                value={code.mode}
                options={MODES.map((value) => ({ value, label: t.modes[value] }))}
                onChange={(mode) => onChange({ mode })}
              />
            )}
          </Field>
          {(code.mode === "landing" || code.mode === "link") && (
            <Field label={t.choice}>
              {(control) => (
                <Select
                  {...control}
                  value={code.choice}
                  options={(["rotation", "random", "least_busy"] as const).map((value) => ({
                    value,
                    label: t.choices[value],
                  }))}
                  onChange={(choice) => onChange({ choice })}
                />
              )}
            </Field>
          )}
        </div>
        {known.length > 1 && (
          <Field label={t.corp}>
            {(control) => (
              <Select
                {...control}
                value={code.corp_id}
                options={known.map((corp) => ({ value: corp.corp_id, label: corp.name }))}
                onChange={(corpId) => onChange({ corp_id: corpId })}
              />
            )}
          </Field>
        )}
      </div>
    </Panel>
  );
}

/** What follows from an add: tags, and what it counts for. */
export function CodeFollows({ code, fault, onChange }: CodePart) {
  const t = useTexts(codesTexts);
  return (
    <Panel title={code.mode === "groups" ? t.followsGroup : t.follows}>
      <div className={styles.stack}>
        <Field label={t.tags} error={faultAt(fault, "tags")}>
          {() => (
            <TagsSelect
              label={t.tags}
              placeholder={t.tagsPlaceholder}
              value={code.tags}
              onChange={(tags) => onChange({ tags })}
            />
          )}
        </Field>
        <div className={styles.triple}>
          {(["channel", "campaign", "content"] as const).map((field) => (
            <Field key={field} label={t[field]} error={faultAt(fault, field)}>
              {(control) => (
                <Input
                  {...control}
                  maxLength={60}
                  value={code[field]}
                  onChange={(event) => onChange({ [field]: event.target.value })}
                />
              )}
            </Field>
          ))}
        </div>
        {code.mode !== "groups" && (
          <Checkbox
            checked={code.skips_verification}
            onChange={(event) => onChange({ skips_verification: event.target.checked })}
          >
            {t.skips}
          </Checkbox>
        )}
      </div>
    </Panel>
  );
}
