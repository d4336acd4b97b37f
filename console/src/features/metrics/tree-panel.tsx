import { useQuery } from "@tanstack/react-query";
import { Segmented } from "antd";
import { useState } from "react";
import { treeQuery } from "@/api/metrics";
import type { MetricBreakdown, MetricGrain, MetricRow } from "@/api/types";
import { useTimeFormat } from "@/shared/format/time-format";
import { useTexts } from "@/shared/i18n/texts";
import { ChangeTree } from "@/shared/metrics/change-tree";
import { ErrorState } from "@/shared/ui/error-state";
import { Panel } from "@/shared/ui/panel";
import { Skeleton } from "@/shared/ui/skeleton";
import { metricsTexts } from "./metrics-texts";
import { lastTwo } from "./periods";
import { useTurnNames } from "./turn-names";
import styles from "./metrics.module.css";

interface TreePanelProps {
  metric: MetricRow;
  grain: MetricGrain;
  breakdown: MetricBreakdown | null;
}

/** Why the last period that is over is another than the one before. */
export function TreePanel({ metric, grain, breakdown }: TreePanelProps) {
  const t = useTexts(metricsTexts);
  const time = useTimeFormat();
  const hasFormula = metric.definition.of.kind === "formula" || Boolean(metric.definition.split);
  const [chosen, setChosen] = useState<"formula" | "groups">("formula");
  const way = breakdown === null ? "formula" : hasFormula ? chosen : "groups";
  const { before, after } = lastTwo(grain);
  const isAsked = way === "groups" ? breakdown !== null : hasFormula;
  const turns = useTurnNames(breakdown);
  const { data, error, refetch } = useQuery({
    ...treeQuery(metric.metric_id, {
      before: { since_on: before.since, until_on: before.until },
      after: { since_on: after.since, until_on: after.until },
      breakdown: way === "groups" ? breakdown : null,
    }),
    enabled: isAsked,
  });
  const shown = (day: string) => (grain === "month" ? time.month(day.slice(0, 7), true) : time.day(day));
  return (
    <Panel
      title={t.tree}
      note={`${t.treeOf(shown(before.since), shown(after.since))} · ${t.treeNote}`}
      extra={
        hasFormula &&
        breakdown !== null && (
          <Segmented<"formula" | "groups">
            aria-label={t.treeBy}
            value={way}
            onChange={setChosen}
            options={[
              { value: "formula", label: t.treeWays.formula },
              { value: "groups", label: t.treeWays.groups },
            ]}
          />
        )
      }
    >
      {!isAsked ? (
        <p className={styles.means}>{t.treeLeaf}</p>
      ) : error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : data ? (
        <ChangeTree key={`${way}:${after.since}`} root={turns.ofPart(data.root)} />
      ) : (
        <Skeleton height={160} />
      )}
    </Panel>
  );
}
