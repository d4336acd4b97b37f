import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, InputNumber } from "antd";
import { useState } from "react";
import { previewRetention, retentionQuery, saveRetention, type Days } from "@/api/privacy";
import type { Retention, RetentionClass } from "@/api/types";
import { useNumberFormat } from "@/shared/format/number-format";
import { useLanguage } from "@/shared/i18n/language-context";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { ErrorState } from "@/shared/ui/error-state";
import { Panel } from "@/shared/ui/panel";
import { SkeletonLines } from "@/shared/ui/skeleton";
import { useNotices } from "@/shared/ui/use-notices";
import { When } from "@/shared/ui/when";
import { privacyTexts } from "./privacy-texts";
import styles from "./privacy-page.module.css";

const isAllowed = (rule: RetentionClass, days: number | undefined) =>
  days !== undefined &&
  ((days >= rule.least_days && days <= rule.most_days) || (rule.may_be_kept && days === 0));

interface RuleProps {
  rule: RetentionClass;
  days: number | undefined;
  due: number | undefined;
  onChange: ((days: number | undefined) => void) | null;
}

function Rule({ rule, days, due, onChange }: RuleProps) {
  const t = useTexts(privacyTexts);
  const n = useNumberFormat();
  const { language } = useLanguage();
  const name = language === "zh" ? rule.zh : rule.en;
  const wrong = !isAllowed(rule, days);
  return (
    <div className={styles.rule}>
      <div className={styles.words}>
        <span className={styles.strong}>{name}</span>
        <span className={wrong ? styles.bad : styles.quiet}>
          {t.range(n.whole(rule.least_days), n.whole(rule.most_days))}
          {rule.may_be_kept && ` · ${t.forever}`}
        </span>
      </div>
      {onChange ? (
        <InputNumber<number>
          aria-label={`${name} · ${t.days}`}
          value={days ?? null}
          min={0}
          max={36_500}
          precision={0}
          suffix={t.days}
          {...(wrong ? { status: "error" as const } : {})}
          onChange={(value) => onChange(value ?? undefined)}
        />
      ) : (
        <span className="num">{`${n.whole(rule.days)} ${t.days}`}</span>
      )}
      <span className={due ? styles.bad : styles.quiet} role="status">
        {due !== undefined && (due ? t.wouldRemove(n.whole(due)) : t.nothing)}
      </span>
    </div>
  );
}

function Rules({ retention }: { retention: Retention }) {
  const t = useTexts(privacyTexts);
  const notices = useNotices();
  const queryClient = useQueryClient();
  const may = useMay();
  const mayWrite = may(rights.writeRetention);
  const [changed, setChanged] = useState<Record<string, number | undefined>>({});
  const days = (rule: RetentionClass) => (rule.name in changed ? changed[rule.name] : rule.days);
  const wrong = retention.classes.some((rule) => !isAllowed(rule, days(rule)));
  const all = (): Days => Object.fromEntries(retention.classes.map((rule) => [rule.name, days(rule) ?? 0]));
  const trying = useMutation({ mutationFn: previewRetention, onError: notices.failed });
  const saving = useMutation({
    mutationFn: saveRetention,
    onSuccess: async () => {
      notices.done(t.saved);
      setChanged({});
      trying.reset();
      await queryClient.invalidateQueries({ queryKey: ["privacy", "retention"] });
    },
    onError: notices.failed,
  });
  return (
    <Panel title={t.tabs.retention} note={t.retentionLead}>
      <div className={styles.rules}>
        {retention.classes.map((rule) => (
          <Rule
            key={rule.name}
            rule={rule}
            days={days(rule)}
            due={trying.data?.counts[rule.name]}
            onChange={
              mayWrite
                ? (value) => {
                    setChanged({ ...changed, [rule.name]: value });
                    trying.reset();
                  }
                : null
            }
          />
        ))}
      </div>
      <div className={styles.bar}>
        <p className={styles.bad} role="alert">
          {wrong && t.wrongDays}
        </p>
        <span className={styles.actions}>
          <Button disabled={wrong} loading={trying.isPending} onClick={() => trying.mutate(all())}>
            {t.preview}
          </Button>
          {mayWrite && (
            <Button
              type="primary"
              disabled={wrong || Object.keys(changed).length === 0 || !trying.data}
              loading={saving.isPending}
              onClick={() => saving.mutate(all())}
            >
              {t.save}
            </Button>
          )}
        </span>
      </div>
    </Panel>
  );
}

function Removals({ retention }: { retention: Retention }) {
  const t = useTexts(privacyTexts);
  const n = useNumberFormat();
  const { language } = useLanguage();
  const nameOf = (name: string) => {
    const rule = retention.classes.find((each) => each.name === name);
    return (language === "zh" ? rule?.zh : rule?.en) ?? name;
  };
  return (
    <Panel title={t.removals}>
      {retention.removals.length === 0 ? (
        <p className={styles.quiet}>{t.noRemovals}</p>
      ) : (
        <ul className={styles.list}>
          {retention.removals.slice(0, 12).map((each) => (
            <li key={`${each.name}:${each.removed_at}`}>
              <span>{nameOf(each.name)}</span>
              <span className={styles.quiet}>
                {t.removed(n.whole(each.removed))} · <When at={each.removed_at} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

export function RetentionPage() {
  const { data, error, refetch } = useQuery(retentionQuery());
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data)
    return (
      <Panel>
        <SkeletonLines lines={8} />
      </Panel>
    );
  return (
    <div className={styles.stack}>
      <Rules retention={data} />
      <Removals retention={data} />
    </div>
  );
}
