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

/** When somebody should know about a metric. */
export function RulesPanel({ metric }: { metric: MetricRow }) {
  const t = useTexts(metricsTexts);
  const may = useMay()(rights.publishMetrics);
  const notices = useNotices();
  const queryClient = useQueryClient();
  const { data } = useQuery(ruleListQuery(metric.metric_id));
  const after = { onError: notices.failed, onSuccess: () => refresh() };
  const refresh = () => queryClient.invalidateQueries({ queryKey: ["metrics", "rules", metric.metric_id] });
  const add = useMutation({
    mutationFn: () =>
      createRule({ metric_id: metric.metric_id, grain: "day", trigger: "changed", threshold: PERCENT }),
    ...after,
  });
  const save = useMutation({ mutationFn: saveRule, ...after });
  const remove = useMutation({ mutationFn: deleteRule, ...after });
  const scaleOf = (rule: MetricRule) =>
    metric.definition.unit === "money_fen" && (rule.trigger === "above" || rule.trigger === "below")
      ? 100
      : 1;
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
            onChange={(trigger) => save.mutate({ ...rule, trigger, threshold: rule.threshold || PERCENT })}
            options={TRIGGERS.map((value) => ({ value, label: t.triggers[value] }))}
          />
          <InputNumber<number>
            aria-label={t.threshold}
            style={{ width: 140 }}
            disabled={!may}
            suffix={rule.trigger === "above" || rule.trigger === "below" ? undefined : "%"}
            defaultValue={rule.threshold / scaleOf(rule)}
            onBlur={({ target }) => {
              const value = Number(target.value.replace(/[^\d.-]/g, "")) * scaleOf(rule);
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
