import { Input, Switch } from "antd";
import { useTexts } from "@/shared/i18n/texts";
import { Field } from "@/shared/ui/field";
import { Panel } from "@/shared/ui/panel";
import { faultAt, type RulePart } from "./rule-parts";
import { serviceTexts } from "./service-texts";
import styles from "./service.module.css";

const LENGTH_MAX = 2048;

type Said = "welcome" | "first_reply" | "fallback" | "out_of_hours" | "closing";

interface RuleBasicsProps extends RulePart {
  name: string;
  onName: (name: string) => void;
}

/** What is said at the beginning, at the end, and where nothing fits. */
export function RuleBasics({ rules, fault, onChange, name, onName }: RuleBasicsProps) {
  const t = useTexts(serviceTexts);
  const text = (key: Said, label: string, note?: string) => (
    <Field label={label} note={note} error={faultAt(fault, key)}>
      {(control) => (
        <Input.TextArea
          {...control}
          autoSize={{ minRows: 1, maxRows: 6 }}
          maxLength={LENGTH_MAX}
          value={rules[key]}
          onChange={(event) => onChange({ [key]: event.target.value })}
        />
      )}
    </Field>
  );
  return (
    <Panel title={t.basics}>
      <div className={styles.stack}>
        <Field label={t.name}>
          {(control) => (
            <Input
              {...control}
              maxLength={80}
              value={name}
              onChange={(event) => onName(event.target.value)}
            />
          )}
        </Field>
        {text("welcome", t.welcome, t.welcomeNote)}
        <label className={styles.row}>
          <Switch checked={rules.offers_faqs} onChange={(offers) => onChange({ offers_faqs: offers })} />
          {t.offersFaqs}
        </label>
        <div className={styles.pair}>
          {text("first_reply", t.firstReply, t.firstReplyNote)}
          {text("fallback", t.fallback)}
          {text("out_of_hours", t.outOfHours, t.outOfHoursNote)}
          {text("closing", t.closing)}
        </div>
      </div>
    </Panel>
  );
}
