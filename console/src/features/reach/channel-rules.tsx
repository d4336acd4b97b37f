import { Switch } from "antd";
import type { ReachChannel, ReachChannelRules, ReachRules } from "@/api/types";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTexts } from "@/shared/i18n/texts";
import { useVocabulary } from "@/shared/i18n/vocabulary";
import { Hint } from "@/shared/ui/hint";
import { Panel } from "@/shared/ui/panel";
import { LimitFields, NumberField } from "./rule-fields";
import { reachTexts } from "./reach-texts";
import styles from "./reach.module.css";

const NOTHING_SAID: ReachChannelRules = { limits: {}, may_repeat: false };

interface ChannelProps {
  channel: ReachChannel;
  rules: ReachChannelRules;
  onChange: ((rules: ReachChannelRules) => void) | null;
}

function Channel({ channel, rules, onChange }: ChannelProps) {
  const t = useTexts(reachTexts);
  const n = useNumberFormat();
  const vocabulary = useVocabulary();
  const name = vocabulary.say("channels", channel.name);
  const { numbers } = channel;
  const tried = numbers ? numbers.got_through + numbers.failed : 0;
  return (
    <section className={styles.channel} aria-label={name}>
      <header className={styles.channelHead}>
        <span>
          <span className={styles.channelName}>{name}</span>{" "}
          {channel.by_staff && <span className={styles.quiet}>{t.byStaff}</span>}
        </span>
        {numbers && (
          <span className={styles.quiet}>
            {t.columns.now} <span className="num">{n.whole(numbers.let_through_today)}</span> ·{" "}
            {t.columns.through}{" "}
            <span className="num">{tried ? n.share(numbers.got_through / tried) : t.neverUsed}</span>
          </span>
        )}
      </header>
      <div className={styles.fields}>
        <LimitFields
          of={name}
          limits={rules.limits}
          onChange={onChange && ((limits) => onChange({ ...rules, limits }))}
        />
        <NumberField
          of={name}
          label={t.columns.quota}
          most={1_000_000_000}
          value={rules.quota_per_day}
          onChange={onChange && ((value) => onChange({ ...rules, quota_per_day: value }))}
        />
        <NumberField
          of={name}
          label={t.columns.cost}
          most={1_000_000}
          suffix={t.fen}
          placeholder={n.whole(channel.cost_fen)}
          value={rules.cost_fen}
          onChange={onChange && ((value) => onChange({ ...rules, cost_fen: value }))}
        />
      </div>
      {channel.may_be_unsure && (
        <label className={styles.line}>
          <Switch
            size="small"
            aria-label={`${name} · ${t.repeat}`}
            disabled={!onChange}
            checked={rules.may_repeat}
            onChange={(may_repeat) => onChange?.({ ...rules, may_repeat })}
          />
          <span className={styles.quiet}>{t.repeat}</span>
          <Hint label={t.repeat}>{t.repeatNote}</Hint>
        </label>
      )}
    </section>
  );
}

interface ChannelRulesProps {
  channels: readonly ReachChannel[];
  rules: ReachRules;
  onChange: ((rules: ReachRules) => void) | null;
}

/** What holds for each channel of its own. */
export function ChannelRules({ channels, rules, onChange }: ChannelRulesProps) {
  const t = useTexts(reachTexts);
  return (
    <Panel title={t.channels} note={t.channelsNote}>
      <div className={styles.channels}>
        {channels.map((channel) => (
          <Channel
            key={channel.name}
            channel={channel}
            rules={rules.channels?.[channel.name] ?? NOTHING_SAID}
            onChange={
              onChange &&
              ((own) => onChange({ ...rules, channels: { ...rules.channels, [channel.name]: own } }))
            }
          />
        ))}
      </div>
    </Panel>
  );
}
