import { DeleteOutlined } from "@ant-design/icons";
import { useMutation, useMutationState, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Input, InputNumber, Select, Switch } from "antd";
import { createRule, deleteRule, ruleListQuery, saveRule } from "@/api/metrics";
import { metricSource } from "@/api/sources";
import type { MetricGrain, MetricRow, MetricRule, MetricUnit } from "@/api/types";
import { useLanguage } from "@/shared/i18n/language-context";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { Panel } from "@/shared/ui/panel";
import { useNamed } from "@/shared/ui/picker";
import { useNotices } from "@/shared/ui/use-notices";
import { metricsTexts } from "./metrics-texts";
import styles from "./metrics.module.css";

const SAVING = ["metrics", "rules", "save"];
const TRIGGERS = ["below", "above", "fell", "rose", "changed", "below_target"] as const;
const PERCENT = 20;

const isAmount = (trigger: MetricRule["trigger"]) => trigger === "above" || trigger === "below";

/** What can be done to rules. */
export function useRules() {
  const notices = useNotices();
  const queryClient = useQueryClient();
  const after = {
    onError: notices.failed,
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ["metrics", "rules"] }),
  };
  return {
    add: useMutation({ mutationFn: createRule, ...after }),
    // One after the other, in the order in which they were made: each takes the whole rule along.
    save: useMutation({ mutationFn: saveRule, mutationKey: SAVING, scope: { id: SAVING.join() }, ...after }),
    remove: useMutation({ mutationFn: deleteRule, ...after }),
  };
}

/** Each rule as it was last changed, whether or not that is saved yet: what is typed meanwhile neither vanishes nor takes it back. */
function useNewest(rows: readonly MetricRule[]): readonly MetricRule[] {
  const changed = useMutationState({
    filters: { mutationKey: SAVING, status: "pending" },
    select: (mutation) => mutation.state.variables as MetricRule,
  });
  return rows.map((rule) => changed.findLast((each) => each.rule_id === rule.rule_id) ?? rule);
}

interface RuleRowsProps {
  rows: readonly MetricRule[];
  rules: ReturnType<typeof useRules>;
  unitOf: (rule: MetricRule) => MetricUnit | undefined;
  /** Whom a rule looks at, where it is not all together. */
  nameOf?: (rule: MetricRule) => string;
  withMetric?: boolean;
}

function RuleRow({ rule, rules, unitOf, nameOf, metric }: RuleRowProps) {
  const t = useTexts(metricsTexts);
  const may = useMay()(rights.publishMetrics);
  const isMoney = unitOf(rule) === "money_fen";
  const scaleOf = (trigger: MetricRule["trigger"]) => (isMoney && isAmount(trigger) ? 100 : 1);
  /** The number that is shown stays, whatever it is a number of. */
  const kept = (trigger: MetricRule["trigger"]) =>
    (rule.threshold / scaleOf(rule.trigger)) * scaleOf(trigger) || PERCENT;
  const change = (changed: Partial<MetricRule>) => rules.save.mutate({ ...rule, ...changed });
  return (
    <div className={styles.row}>
      <span>
        {[t.grains[rule.grain satisfies MetricGrain], metric, nameOf?.(rule)].filter(Boolean).join(" · ")}
      </span>
      <Select
        aria-label={t.trigger}
        style={{ minWidth: 190 }}
        disabled={!may}
        value={rule.trigger}
        onChange={(trigger) => change({ trigger, threshold: kept(trigger) })}
        options={TRIGGERS.map((value) => ({ value, label: t.triggers[value] }))}
      />
      <InputNumber<number>
        aria-label={t.threshold}
        style={{ width: 140 }}
        disabled={!may}
        // What it holds is another number once the rule is of another kind, or it is known to be of money.
        key={`${rule.trigger}:${rule.threshold}:${scaleOf(rule.trigger)}`}
        suffix={isAmount(rule.trigger) ? undefined : "%"}
        defaultValue={rule.threshold / scaleOf(rule.trigger)}
        onBlur={({ target }) => {
          const shown = Number(target.value.replace(/[^\d.-]/g, ""));
          const value = isMoney ? Math.round(shown * scaleOf(rule.trigger)) : shown;
          if (Number.isFinite(value) && value !== rule.threshold) change({ threshold: value });
        }}
      />
      <Input
        key={rule.post_url}
        type="url"
        aria-label={t.postUrl}
        title={t.postUrlNote}
        placeholder={`${t.postUrl} https://…`}
        style={{ width: 220 }}
        disabled={!may}
        defaultValue={rule.post_url}
        onBlur={({ target }) => target.value !== rule.post_url && change({ post_url: target.value.trim() })}
      />
      <span className={styles.switch}>
        <Switch
          size="small"
          aria-label={t.active}
          disabled={!may}
          checked={rule.is_active}
          onChange={(isActive) => change({ is_active: isActive })}
        />
        <span className={styles.quiet}>{t.active}</span>
      </span>
      {may && (
        <Button
          type="text"
          icon={<DeleteOutlined aria-hidden />}
          aria-label={t.removeRule}
          title={t.removeRule}
          onClick={() => rules.remove.mutate(rule.rule_id)}
        />
      )}
    </div>
  );
}

interface RuleRowProps extends Omit<RuleRowsProps, "rows" | "withMetric"> {
  rule: MetricRule;
  metric: string | undefined;
}

/** Rules, each to be changed where it stands. */
export function RuleRows({ rows, withMetric = false, ...props }: RuleRowsProps) {
  const { language } = useLanguage();
  const metrics = useNamed(
    metricSource,
    rows.map(({ metric_id: id }) => id),
    withMetric,
  );
  return useNewest(rows).map((rule) => (
    <RuleRow
      key={rule.rule_id}
      rule={rule}
      metric={metrics.get(rule.metric_id)?.definition[language]}
      {...props}
      unitOf={(each) => props.unitOf(each) ?? metrics.get(each.metric_id)?.definition.unit}
    />
  ));
}

/** When somebody should know about a metric. */
export function RulesPanel({ metric, grain }: { metric: MetricRow; grain: MetricGrain }) {
  const t = useTexts(metricsTexts);
  const may = useMay()(rights.publishMetrics);
  const { data } = useQuery(ruleListQuery(metric.metric_id));
  const rules = useRules();
  const add = () =>
    rules.add.mutate({
      metric_id: metric.metric_id,
      grain,
      trigger: "changed",
      threshold: PERCENT,
      dimension: "",
      member: "",
      post_url: "",
    });
  return (
    <Panel
      title={t.rules}
      note={t.rulesNote}
      extra={
        may && (
          <Button loading={rules.add.isPending} onClick={add}>
            {t.addRule}
          </Button>
        )
      }
    >
      <RuleRows rows={data?.rows ?? []} rules={rules} unitOf={() => metric.definition.unit} />
    </Panel>
  );
}
