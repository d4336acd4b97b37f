import { useQuery } from "@tanstack/react-query";
import { InputNumber, Select } from "antd";
import { reachRulesQuery } from "@/api/reach";
import type { SendStep } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { useVocabulary } from "@/shared/i18n/vocabulary";
import { Field } from "@/shared/ui/field";
import { journeysTexts } from "./journeys-texts";
import styles from "./journey-editor.module.css";

const FALLBACKS_MAX = 5;
const HOURS_MAX = 14 * 24;

interface ChannelFieldsProps {
  step: SendStep;
  faultOf: (field: string) => string | undefined;
  onChange: (step: SendStep) => void;
}

/** By which channels a message may go, and when the next of them is asked. */
export function ChannelFields({ step, faultOf, onChange }: ChannelFieldsProps) {
  const t = useTexts(journeysTexts);
  const vocabulary = useVocabulary();
  const rules = useQuery(reachRulesQuery());
  const chosen = [step.channel, ...step.fallbacks];
  const known = rules.data?.channels.map(({ name }) => name) ?? [];
  const options = [...new Set([...known, ...chosen])].map((value) => ({
    value,
    label: vocabulary.say("channels", value),
  }));
  const choose = ([first, ...fallbacks]: string[]) => {
    if (first === undefined) return;
    onChange({
      ...step,
      channel: first,
      fallbacks,
      fall_back_after_hours: fallbacks.length > 0 ? (step.fall_back_after_hours ?? null) : null,
    });
  };
  return (
    <div className={styles.ways}>
      <Field label={t.channels} note={t.channelsNote} error={faultOf("channel") ?? faultOf("fallbacks")}>
        {(control) => (
          <Select<string[]>
            {...control}
            mode="multiple"
            maxCount={FALLBACKS_MAX + 1}
            value={chosen}
            options={options}
            onChange={choose}
          />
        )}
      </Field>
      {chosen.length > 1 && (
        <Field label={t.fallBack} note={t.fallBackNote} error={faultOf("fall_back_after_hours")}>
          {(control) => (
            <InputNumber<number>
              {...control}
              min={1}
              max={HOURS_MAX}
              precision={0}
              suffix={t.hoursWord}
              placeholder={t.noFallBack}
              value={step.fall_back_after_hours ?? null}
              onChange={(hours) => onChange({ ...step, fall_back_after_hours: hours })}
            />
          )}
        </Field>
      )}
    </div>
  );
}
