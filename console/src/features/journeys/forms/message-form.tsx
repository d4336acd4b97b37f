import { useQuery } from "@tanstack/react-query";
import { Button, Select } from "antd";
import type { MessageNode } from "@/api/journey-document";
import { reachRulesQuery } from "@/api/reach";
import type { Experiment } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { useVocabulary } from "@/shared/i18n/vocabulary";
import { AttachmentsField } from "@/shared/materials/attachments-field";
import { Field } from "@/shared/ui/field";
import { ExperimentField, useExperiment } from "./experiment-field";
import { OneOfField, OptionalNumberField, PickField } from "./fields";
import type { FormProps } from "./form-props";
import { formTexts } from "./form-texts";
import { MessageText } from "./message-text";
import styles from "./forms.module.css";

const FALLBACKS_MAX = 5;
const HOURS_MAX = 14 * 24;

/** By which channels it may go, and when the next of them is asked. */
function Channels({ node, faultOf, onChange }: FormProps<"message">) {
  const t = useTexts(formTexts);
  const vocabulary = useVocabulary();
  const rules = useQuery(reachRulesQuery());
  const chosen = [node.channel, ...node.fallbacks];
  const known = rules.data?.channels.map(({ name }) => name) ?? [];
  const options = [...new Set([...known, ...chosen])].map((value) => ({
    value,
    label: vocabulary.say("channels", value),
  }));
  const choose = ([first, ...fallbacks]: string[]) => {
    if (first === undefined) return;
    const hours = fallbacks.length > 0 ? node.fall_back_after_hours : null;
    onChange({ ...node, channel: first, fallbacks, fall_back_after_hours: hours });
  };
  return (
    <>
      <Field label={t.channels} note={t.channelsNote} error={faultOf("channel") ?? faultOf("fallbacks")}>
        {(control) => (
          <Select<string[]>
            {...control}
            mode="multiple"
            aria-label={t.channels}
            maxCount={FALLBACKS_MAX + 1}
            value={chosen}
            options={options}
            onChange={choose}
          />
        )}
      </Field>
      {chosen.length > 1 && (
        <OptionalNumberField
          label={t.fallBack}
          note={t.fallBackNote}
          error={faultOf("fall_back_after_hours")}
          min={1}
          max={HOURS_MAX}
          suffix={t.hoursWord}
          placeholder={t.noFallBack}
          value={node.fall_back_after_hours}
          onChange={(hours) => onChange({ ...node, fall_back_after_hours: hours })}
        />
      )}
    </>
  );
}

/** Other words for customers in arms of an experiment. */
function Variants({ node, faultOf, onChange }: FormProps<"message">) {
  const t = useTexts(formTexts);
  const { variants, title, body, link_url } = node;
  const chosen = useExperiment(node.experiment_id);
  const nameOf = (key: string) => chosen?.definition.arms.find((arm) => arm.key === key)?.name ?? key;
  const set = (next: MessageNode["variants"]) => onChange({ ...node, variants: next });
  const choose = (experiment: Experiment | null) =>
    onChange({
      ...node,
      experiment_id: experiment?.experiment_id ?? null,
      variants: (experiment?.definition.arms ?? [])
        .slice(1)
        .map(({ key }) => variants.find(({ arm }) => arm === key) ?? { arm: key, title, body, link_url }),
    });
  return (
    <div className={styles.list}>
      <ExperimentField
        label={t.variants}
        none={t.noVariants}
        value={node.experiment_id}
        error={faultOf("experiment_id")}
        onChange={choose}
      />
      {variants.map((variant, at) => (
        <section key={variant.arm} className={styles.item} aria-label={t.variantFor(nameOf(variant.arm))}>
          <header className={styles.itemHead}>
            <strong>{t.variantFor(nameOf(variant.arm))}</strong>
            {variants.length > 1 && (
              <Button type="text" size="small" onClick={() => set(variants.filter((_, n) => n !== at))}>
                {t.sameAsOthers}
              </Button>
            )}
          </header>
          <MessageText
            text={variant}
            faultOf={(field) => faultOf(`variants.${at}.${field}`)}
            onChange={(change) => set(variants.map((each, n) => (n === at ? { ...each, ...change } : each)))}
          />
        </section>
      ))}
    </div>
  );
}

/** What goes out, by which channels, in whose name; and other words for the arms of an experiment. */
export function MessageForm(props: FormProps<"message">) {
  const { node, faultOf, onChange } = props;
  const t = useTexts(formTexts);
  return (
    <div className={styles.form}>
      <MessageText text={node} faultOf={faultOf} onChange={(change) => onChange({ ...node, ...change })} />
      <AttachmentsField
        attachments={node.attachments}
        error={faultOf("attachments")}
        onChange={(attachments) => onChange({ ...node, attachments })}
      />
      <Channels {...props} />
      <OneOfField
        label={t.purpose}
        keys={["marketing", "service"]}
        words={t.purposes}
        value={node.purpose}
        onChange={(purpose) => onChange({ ...node, purpose })}
      />
      <PickField
        label={t.persona}
        none={t.noPersona}
        of="persona"
        error={faultOf("persona_id")}
        value={node.persona_id}
        onChange={(persona_id) => onChange({ ...node, persona_id })}
      />
      <OptionalNumberField
        label={t.expires}
        error={faultOf("expires_after_hours")}
        min={1}
        max={HOURS_MAX}
        suffix={t.hoursWord}
        placeholder={t.never}
        value={node.expires_after_hours}
        onChange={(hours) => onChange({ ...node, expires_after_hours: hours })}
      />
      <Variants {...props} />
    </div>
  );
}
