import { CloseOutlined } from "@ant-design/icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Input, InputNumber } from "antd";
import { useState } from "react";
import { saveTargets, targetsQuery } from "@/api/metrics";
import type { MetricGrain, MetricRow } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { Panel } from "@/shared/ui/panel";
import { useNotices } from "@/shared/ui/use-notices";
import { metricsTexts } from "./metrics-texts";
import { moved, startOf, today } from "./periods";
import styles from "./metrics.module.css";

interface Target {
  starts_on: string;
  value: number;
}

/** What a metric is to come to, period by period. */
export function TargetsPanel({ metric, grain }: { metric: MetricRow; grain: MetricGrain }) {
  const t = useTexts(metricsTexts);
  const may = useMay()(rights.publishMetrics);
  const notices = useNotices();
  const queryClient = useQueryClient();
  const stored = useQuery(targetsQuery(metric.metric_id)).data?.[grain];
  const [edited, setEdited] = useState<Target[] | null>(null);
  const shown = edited ?? stored ?? [];
  const scale = metric.definition.unit === "money_fen" ? 100 : 1;
  const save = useMutation({
    mutationFn: () => saveTargets(metric.metric_id, grain, shown),
    onSuccess: async () => {
      notices.done(t.targetsSaved);
      await queryClient.invalidateQueries({ queryKey: ["metrics"] });
      setEdited(null);
    },
    onError: notices.failed,
  });
  const add = () => {
    const last = shown.at(-1);
    const next = last ? moved(last.starts_on, grain, 1) : startOf(today(), grain);
    setEdited([...shown, { starts_on: next, value: last?.value ?? 0 }]);
  };
  const set = (place: number, target: Target) => setEdited(shown.with(place, target));
  return (
    <Panel
      title={`${t.targets} · ${t.grains[grain]}`}
      note={t.targetsNote}
      extra={
        may && (
          <div className={styles.actions}>
            <Button onClick={add}>{t.addTarget}</Button>
            {edited && (
              <Button type="primary" loading={save.isPending} onClick={() => save.mutate()}>
                {t.save}
              </Button>
            )}
          </div>
        )
      }
    >
      <div className={styles.targets}>
        {shown.map((target, place) => (
          // A row has no identity but its place while it is edited.
          <div key={place} className={styles.row}>
            <Input
              type="date"
              style={{ width: 160 }}
              aria-label={t.startsOn}
              disabled={!may}
              value={target.starts_on}
              onChange={({ target: field }) =>
                field.value && set(place, { ...target, starts_on: field.value })
              }
            />
            <InputNumber<number>
              style={{ width: 160 }}
              aria-label={t.target}
              disabled={!may}
              value={target.value / scale}
              onChange={(value) =>
                value !== null &&
                set(place, { ...target, value: scale === 1 ? value : Math.round(value * scale) })
              }
            />
            {may && (
              <Button
                type="text"
                icon={<CloseOutlined aria-hidden />}
                aria-label={t.removeTarget}
                title={t.removeTarget}
                onClick={() => setEdited(shown.filter((_, n) => n !== place))}
              />
            )}
          </div>
        ))}
      </div>
    </Panel>
  );
}
