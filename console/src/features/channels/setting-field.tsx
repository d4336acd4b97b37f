import { Input, Select, Switch } from "antd";
import type { ChannelSetting, ConnectionRule } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { Field } from "@/shared/ui/field";
import { CodeChoice } from "./code-choice";
import { channelsTexts } from "./channels-texts";

const LONG = 200;
const DIGITS = 9;

interface SettingFieldProps {
  rule: ConnectionRule["settings"][number];
  value: ChannelSetting;
  error: string | null;
  onChange: (value: ChannelSetting) => void;
}

/** One setting, by what the server says that it may be. */
export function SettingField({ rule, value, error, onChange }: SettingFieldProps) {
  const t = useTexts(channelsTexts);
  return (
    <Field label={t.settings[rule.name] ?? rule.name} error={error}>
      {(control) => {
        if (typeof value === "boolean") {
          return (
            <span>
              <Switch {...control} checked={value} onChange={onChange} />
            </span>
          );
        }
        if (rule.name === "follow_code_id") {
          return <CodeChoice control={control} value={Number(value)} onChange={onChange} />;
        }
        if (typeof value === "number") {
          return (
            <Input
              {...control}
              inputMode="numeric"
              value={value}
              onChange={(event) => onChange(Number(event.target.value.replace(/\D/g, "").slice(0, DIGITS)))}
            />
          );
        }
        if (rule.choices.length > 0) {
          const options = rule.choices.map((each) => ({ value: each, label: t.choices[each] ?? each }));
          return <Select {...control} value={value} options={options} onChange={onChange} />;
        }
        if (rule.length_max > LONG) {
          return (
            <Input.TextArea
              {...control}
              autoSize={{ minRows: 1, maxRows: 4 }}
              maxLength={rule.length_max}
              value={value}
              onChange={(event) => onChange(event.target.value)}
            />
          );
        }
        return (
          <Input
            {...control}
            maxLength={rule.length_max}
            value={value}
            onChange={(event) => onChange(event.target.value)}
          />
        );
      }}
    </Field>
  );
}
