import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Input, Radio, Switch } from "antd";
import { useState } from "react";
import { reachRulesQuery, saveReachRules } from "@/api/reach";
import type { ReachRules, ReachRulesRow } from "@/api/types";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTimeFormat } from "@/shared/format/time-format";
import { useTexts } from "@/shared/i18n/texts";
import { useVocabulary } from "@/shared/i18n/vocabulary";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { ErrorState } from "@/shared/ui/error-state";
import { Panel } from "@/shared/ui/panel";
import { SkeletonLines } from "@/shared/ui/skeleton";
import { useNotices } from "@/shared/ui/use-notices";
import { When } from "@/shared/ui/when";
import { ChannelRules } from "./channel-rules";
import { LimitFields, NumberField } from "./rule-fields";
import { reachTexts } from "./reach-texts";
import styles from "./reach.module.css";

interface PartProps {
  rules: ReachRules;
  onChange: ((rules: ReachRules) => void) | null;
}

const CONFIRMING = [
  { key: "contents_per_day", most: 100, unit: "contents" },
  { key: "seconds", most: 3600, unit: "seconds" },
  { key: "remind_after_hours", most: 24, unit: "hours" },
  { key: "reminders_max", most: 3, unit: "times" },
] as const;
const USUAL = { start: "21:00", end: "09:00" };

function QuietHours({ rules, onChange }: PartProps) {
  const t = useTexts(reachTexts);
  const { quiet } = rules;
  const clock = (key: "start" | "end", label: string) => (
    <label className={styles.clock}>
      <span>{label}</span>
      <Input
        type="time"
        aria-label={label}
        disabled={!onChange}
        value={(quiet ?? USUAL)[key]}
        onChange={({ target }) =>
          target.value && onChange?.({ ...rules, quiet: { ...(quiet ?? USUAL), [key]: target.value } })
        }
      />
    </label>
  );
  return (
    <Panel title={t.quiet} note={t.quietNote}>
      <div className={styles.line}>
        <Switch
          aria-label={t.quietOn}
          disabled={!onChange}
          checked={quiet !== null}
          onChange={(wanted) => onChange?.({ ...rules, quiet: wanted ? USUAL : null })}
        />
        <span>{t.quietOn}</span>
        {quiet && clock("start", t.from)}
        {quiet && clock("end", t.to)}
      </div>
    </Panel>
  );
}

function Choosing({ rules, onChange }: PartProps) {
  const t = useTexts(reachTexts);
  const { choosing } = rules;
  return (
    <Panel title={t.choosing}>
      <div className={styles.choice}>
        <Radio.Group
          aria-label={t.choosing}
          optionType="button"
          disabled={!onChange}
          value={choosing}
          options={[
            { value: "author", label: t.author },
            { value: "cheapest", label: t.cheapest },
          ]}
          onChange={({ target }) => onChange?.({ ...rules, choosing: target.value as typeof choosing })}
        />
        <span className={styles.quiet}>{choosing === "author" ? t.authorNote : t.cheapestNote}</span>
      </div>
    </Panel>
  );
}

function Sends({ rules, onChange }: PartProps) {
  const t = useTexts(reachTexts);
  const { wecom_quota: quota, confirming } = rules;
  return (
    <Panel title={t.sends}>
      <div className={styles.stack}>
        <div className={styles.line}>
          <span>{t.approval}</span>
          <NumberField
            label=""
            of={t.approval}
            most={1_000_000_000}
            suffix={t.people}
            value={rules.approval_above}
            onChange={
              onChange && ((value) => value !== null && onChange({ ...rules, approval_above: value }))
            }
          />
        </div>
        <div className={styles.line}>
          <span>{t.wecomQuota}</span>
          <Radio.Group
            aria-label={t.wecomQuota}
            disabled={!onChange}
            value={quota}
            options={[
              { value: "daily", label: t.daily },
              { value: "weekly", label: t.weekly },
              { value: "monthly", label: t.monthly },
            ]}
            onChange={({ target }) => onChange?.({ ...rules, wecom_quota: target.value as typeof quota })}
          />
        </div>
        <div className={styles.fields}>
          {CONFIRMING.map(({ key, most, unit }) => (
            <NumberField
              key={key}
              label={t.confirming[key]}
              least={key === "reminders_max" ? 0 : 1}
              most={most}
              suffix={t.units[unit]}
              value={confirming[key]}
              onChange={
                onChange &&
                ((value) =>
                  value !== null && onChange({ ...rules, confirming: { ...confirming, [key]: value } }))
              }
            />
          ))}
        </div>
        <p className={styles.quiet}>{t.confirmingNote}</p>
      </div>
    </Panel>
  );
}

/** Channels that are gone, though messages wait for them. */
function Stranded({ rows }: { rows: ReachRulesRow["stranded"] }) {
  const t = useTexts(reachTexts);
  const n = useNumberFormat();
  const time = useTimeFormat();
  const vocabulary = useVocabulary();
  return rows.map((row) => (
    <Alert
      key={row.name}
      type="warning"
      showIcon
      title={t.stranded(vocabulary.say("channels", row.name), n.whole(row.waiting), time.full(row.since))}
      description={t.strandedNote(row.hours.marketing ?? 0, row.hours.service ?? 0)}
    />
  ));
}

function Rules({ kept }: { kept: ReachRulesRow }) {
  const t = useTexts(reachTexts);
  const may = useMay();
  const notices = useNotices();
  const queryClient = useQueryClient();
  const [rules, setRules] = useState(kept.rules);
  const onChange = may(rights.writeMessages) ? setRules : null;
  const isChanged = JSON.stringify(rules) !== JSON.stringify(kept.rules);
  const saving = useMutation({
    mutationFn: () => saveReachRules({ rules, version: kept.version }),
    onSuccess: (answer) => {
      queryClient.setQueryData(reachRulesQuery().queryKey, answer);
      notices.done(t.saved);
    },
    onError: notices.failed,
  });
  return (
    <div className={styles.stack}>
      <p className={styles.lead}>{t.lead}</p>
      <Stranded rows={kept.stranded} />
      <Panel title={t.limits} note={t.limitsNote}>
        <div className={styles.limits}>
          <LimitFields
            limits={rules.limits}
            onChange={onChange && ((limits) => onChange({ ...rules, limits }))}
          />
        </div>
      </Panel>
      <QuietHours rules={rules} onChange={onChange} />
      <ChannelRules channels={kept.channels} rules={rules} onChange={onChange} />
      <Choosing rules={rules} onChange={onChange} />
      <Sends rules={rules} onChange={onChange} />
      <div className={styles.bar}>
        <span className={styles.quiet}>
          {kept.version ? t.version(kept.version) : t.neverSet}
          {kept.set_at && (
            <>
              {" · "}
              <When at={kept.set_at} />
            </>
          )}
        </span>
        {onChange && (
          <span className={styles.actions}>
            <Button disabled={!isChanged} onClick={() => setRules(kept.rules)}>
              {t.reset}
            </Button>
            <Button
              type="primary"
              disabled={!isChanged}
              loading={saving.isPending}
              onClick={() => saving.mutate()}
            >
              {t.save}
            </Button>
          </span>
        )}
      </div>
    </div>
  );
}

/** How the company reaches its customers: limits, quiet hours, channels, approval. */
export function RulesPage() {
  const found = useQuery(reachRulesQuery());
  if (found.error) return <ErrorState error={found.error} onRetry={() => void found.refetch()} />;
  if (!found.data) return <SkeletonLines lines={8} />;
  return <Rules key={found.data.version} kept={found.data} />;
}
