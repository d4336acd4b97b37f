import { CloseOutlined } from "@ant-design/icons";
import { Button, Checkbox, Input, InputNumber, Select } from "antd";
import type { ReactNode } from "react";
import { instantOf, localOf } from "@/shared/format/business-time";
import { useTexts } from "@/shared/i18n/texts";
import { Field } from "@/shared/ui/field";
import { Panel } from "@/shared/ui/panel";
import { below, freeKey, type EditForm } from "./form-draft";
import { formsTexts } from "./forms-texts";
import { TagsSelect } from "@/shared/tags/tags-select";
import styles from "./forms.module.css";

type Rest = EditForm["rest"];

interface SettingsProps {
  rest: Rest;
  fault: { path: string; reason: string } | null;
  onChange: (rest: Partial<Rest>) => void;
}

const faultAt = (fault: SettingsProps["fault"], path: string) =>
  fault && below(fault.path, path) !== null ? fault.reason : null;

interface BasicsProps extends SettingsProps {
  name: string;
  onName: (name: string) => void;
}

type TextField = "title" | "intro" | "thanks" | "next_label" | "next_url";

/** What the form is called and says around its questions. */
export function FormBasics({ name, rest, fault, onName, onChange }: BasicsProps) {
  const t = useTexts(formsTexts);
  const line = (label: string, field: TextField, placeholder = "") => (
    <Field label={label} error={faultAt(fault, field)}>
      {(control) => (
        <Input
          {...control}
          placeholder={placeholder}
          maxLength={field === "next_url" ? 2000 : 200}
          value={rest[field] ?? ""}
          onChange={(event) => {
            const text = event.target.value;
            onChange({ [field]: field === "next_url" ? text.trim() || null : text });
          }}
        />
      )}
    </Field>
  );
  const prose = (label: string, field: "intro" | "thanks", placeholder = "") => (
    <Field label={label} error={faultAt(fault, field)}>
      {(control) => (
        <Input.TextArea
          {...control}
          placeholder={placeholder}
          autoSize={{ minRows: 2, maxRows: 8 }}
          maxLength={2000}
          value={rest[field]}
          onChange={(event) => onChange({ [field]: event.target.value })}
        />
      )}
    </Field>
  );
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
          {line(t.formTitle, "title")}
        </div>
        {prose(t.intro, "intro")}
        {prose(t.thanks, "thanks", t.thanksHint)}
        <div className={styles.pair}>
          {line(t.nextLabel, "next_label")}
          {line(t.nextUrl, "next_url", "https://")}
        </div>
      </div>
    </Panel>
  );
}

/** Who answers, how often, and when. */
export function FormRules({ rest, fault, onChange }: SettingsProps) {
  const t = useTexts(formsTexts);
  const instant = (label: string, field: "opens_at" | "closes_at") => (
    <Field label={label} error={faultAt(fault, field)}>
      {(control) => (
        <Input
          {...control}
          type="datetime-local"
          value={localOf(rest[field] ?? null)}
          onChange={(event) => onChange({ [field]: instantOf(event.target.value) })}
        />
      )}
    </Field>
  );
  const choice = <T extends string>(
    label: string,
    value: T,
    words: Record<T, string>,
    set: (value: T) => void,
  ): ReactNode => (
    <Field label={label}>
      {(control) => (
        <Select
          {...control}
          aria-label={label}
          value={value}
          options={(Object.keys(words) as T[]).map((key) => ({ value: key, label: words[key] }))}
          onChange={(next: T) => set(next)}
        />
      )}
    </Field>
  );
  return (
    <Panel title={t.rules}>
      <div className={styles.stack}>
        <div className={styles.pair}>
          {choice(t.answering, rest.answering, t.answerings, (answering) => onChange({ answering }))}
          {choice(t.who, rest.who, t.whos, (who) => onChange({ who }))}
        </div>
        {rest.answering === "once" && (
          <Checkbox
            checked={rest.may_change}
            onChange={(event) => onChange({ may_change: event.target.checked })}
          >
            {t.mayChange}
          </Checkbox>
        )}
        <div className={styles.pair}>
          {instant(t.opensAt, "opens_at")}
          {instant(t.closesAt, "closes_at")}
        </div>
        <Field label={t.answersMax} error={faultAt(fault, "answers_max")}>
          {(control) => (
            <InputNumber
              {...control}
              style={{ width: 160 }}
              min={1}
              precision={0}
              value={rest.answers_max ?? null}
              onChange={(most) => onChange({ answers_max: most })}
            />
          )}
        </Field>
      </div>
    </Panel>
  );
}

/** What a score comes to. */
export function FormScoring({ rest, fault, onChange }: SettingsProps) {
  const t = useTexts(formsTexts);
  const bands = rest.bands;
  type Band = Rest["bands"][number];
  const set = (at: number, changed: Partial<Band>) =>
    onChange({ bands: bands.map((each, n) => (n === at ? { ...each, ...changed } : each)) });
  const add = () => {
    const least = bands.length === 0 ? 0 : 1 + Math.max(...bands.map((band) => band.least));
    const key = freeKey(
      "b",
      bands.map((band) => band.key),
    );
    onChange({ bands: [...bands, { key, label: t.newBand(bands.length + 1), least, tags: [] }] });
  };
  const attribute = (label: string, field: "score_attribute" | "band_attribute") => (
    <Field label={label} note={t.attributeNote} error={faultAt(fault, field)}>
      {(control) => (
        <Input
          {...control}
          maxLength={100}
          value={rest[field] ?? ""}
          onChange={(event) => onChange({ [field]: event.target.value || null })}
        />
      )}
    </Field>
  );
  return (
    <Panel title={t.scoring} note={t.scoringNote}>
      <div className={styles.stack}>
        {bands.length > 0 && (
          <ul className={styles.choices} aria-label={t.bands}>
            {bands.map((band, at) => (
              <li key={band.key} className={styles.choice}>
                <Input
                  aria-label={t.bandLabel(at + 1)}
                  maxLength={200}
                  value={band.label}
                  onChange={(event) => set(at, { label: event.target.value })}
                />
                <InputNumber
                  aria-label={t.bandLeast(at + 1)}
                  prefix="≥"
                  precision={0}
                  controls={false}
                  value={band.least}
                  onChange={(least) => set(at, { least: least ?? 0 })}
                />
                <TagsSelect
                  label={t.bandTags(at + 1)}
                  placeholder={t.tagsPlaceholder}
                  value={band.tags}
                  onChange={(tags) => set(at, { tags })}
                />
                <Button
                  type="text"
                  size="small"
                  icon={<CloseOutlined aria-hidden />}
                  aria-label={t.removeBand(at + 1)}
                  onClick={() => onChange({ bands: bands.filter((_, n) => n !== at) })}
                />
              </li>
            ))}
          </ul>
        )}
        {faultAt(fault, "bands") && (
          <p role="alert" className={styles.fault}>
            {faultAt(fault, "bands")}
          </p>
        )}
        <div>
          <Button size="small" type="dashed" disabled={bands.length >= 10} onClick={add}>
            {t.addBand}
          </Button>
        </div>
        <div className={styles.pair}>
          {attribute(t.scoreAttribute, "score_attribute")}
          {attribute(t.bandAttribute, "band_attribute")}
        </div>
      </div>
    </Panel>
  );
}
