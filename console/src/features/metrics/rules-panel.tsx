import { DeleteOutlined } from "@ant-design/icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, InputNumber, Select, Switch } from "antd";
import { createRule, deleteRule, ruleListQuery, saveRule } from "@/api/metrics";
import type { MetricGrain, MetricRow, MetricRule } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { Panel } from "@/shared/ui/panel";
import { useNotices } from "@/shared/ui/use-notices";
import { metricsTexts } from "./metrics-texts";
import styles from "./metrics.module.css";

const TRIGGERS = ["below", "above", "fell", "rose", "changed", "below_target"] as const;
const PERCENT = 20;

const isAmount = (trigger: MetricRule["trigger"]) => trigger === "above" || trigger === "below";

/** When somebody should know about a metric. */
export function RulesPanel({ metric, grain }: { metric: MetricRow; grain: MetricGrain }) {
  const t = useTexts(metricsTexts);
  const may = useMay()(rights.publishMetrics);
  const notices = useNotices();
  const queryClient = useQueryClient();
  const { data } = useQuery(ruleListQuery(metric.metric_id));
  const after = { onError: notices.failed, onSuccess: () => refresh() };
  const refresh = () => queryClient.invalidateQueries({ queryKey: ["metrics", "rules", metric.metric_id] });
  const add = useMutation({
    mutationFn: () =>
      createRule({ metric_id: metric.metric_id, grain, trigger: "changed", threshold: PERCENT }),
    ...after,
  });
  const save = useMutation({ mutationFn: saveRule, ...after });
  const remove = useMutation({ mutationFn: deleteRule, ...after });
  const isMoney = metric.definition.unit === "money_fen";
  const scaleOf = (trigger: MetricRule["trigger"]) => (isMoney && isAmount(trigger) ? 100 : 1);
  /** The number that is shown stays, whatever it is a number of. */
  const kept = (rule: MetricRule, trigger: MetricRule["trigger"]) =>
    (rule.threshold / scaleOf(rule.trigger)) * scaleOf(trigger) || PERCENT;
  return (
    <Panel
      title={t.rules}
      note={t.rulesNote}
      extra={
        may && (
          <Button loading={add.isPending} onClick={() => add.mutate()}>
            {t.addRule}
          </Button>
        )
      }
    >
      {data?.rows.map((rule) => (
        <div key={rule.rule_id} className={styles.row}>
          <span>{t.grains[rule.grain satisfies MetricGrain]}</span>
          <Select
            aria-label={t.trigger}
            style={{ minWidth: 190 }}
            disabled={!may}
            value={rule.trigger}
            onChange={(trigger) => save.mutate({ ...rule, trigger, threshold: kept(rule, trigger) })}
            options={TRIGGERS.map((value) => ({ value, label: t.triggers[value] }))}
          />
          <InputNumber<number>
            aria-label={t.threshold}
            style={{ width: 140 }}
            disabled={!may}
            // What it holds is another number once the rule is of another kind.
            key={`${rule.trigger}:${rule.threshold}`}
            suffix={isAmount(rule.trigger) ? undefined : "%"}
            defaultValue={rule.threshold / scaleOf(rule.trigger)}
            onBlur={({ target }) => {
              const shown = Number(target.value.replace(/[^\d.-]/g, ""));
              const value = isMoney ? Math.round(shown * scaleOf(rule.trigger)) : shown;
              if (Number.isFinite(value) && value !== rule.threshold)
                save.mutate({ ...rule, threshold: value });
            }}
          />
          <span className={styles.switch}>
            <Switch
              size="small"
              aria-label={t.active}
              disabled={!may}
              checked={rule.is_active}
              onChange={(isActive) => save.mutate({ ...rule, is_active: isActive })}
            />
            <span className={styles.quiet}>{t.active}</span>
          </span>
          {may && (
            <Button
              type="text"
              icon={<DeleteOutlined />}
              aria-label={t.removeRule}
              title={t.removeRule}
              onClick={() => remove.mutate(rule.rule_id)}
            />
          )}
        </div>
      ))}
    </Panel>
  );
}
