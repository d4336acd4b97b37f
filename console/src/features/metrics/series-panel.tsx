import { useQuery } from "@tanstack/react-query";
import { Input, Select, Switch } from "antd";
import { useState } from "react";
import { seriesQuery } from "@/api/metrics";
import type { MetricBreakdown, MetricGrain, MetricRow, MetricSeries } from "@/api/types";
import { FileButton } from "@/shared/files/file-button";
import { useTimeFormat } from "@/shared/format/time-format";
import { useTexts } from "@/shared/i18n/texts";
import { SeriesDrawing, useGroupName } from "@/shared/metrics/series-drawing";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { ErrorState } from "@/shared/ui/error-state";
import { Panel } from "@/shared/ui/panel";
import { Skeleton } from "@/shared/ui/skeleton";
import { BreakdownField, type BreakdownKind } from "./breakdown-field";
import { GrainChoice } from "./grain-choice";
import { Leads } from "./made-of";
import { metricsTexts } from "./metrics-texts";
import type { Stretch } from "./periods";
import { useTurnNames } from "./turn-names";
import styles from "./metrics.module.css";

/** What costs tell, beside what events tell. */
const COST_WORDS = ["channel", "campaign", "content"];

const HEIGHT = 300;

interface SeriesPanelProps {
  metric: MetricRow;
  grain: MetricGrain;
  onGrain: (grain: MetricGrain) => void;
  stretch: Stretch;
  onStretch: (stretch: Stretch) => void;
  breakdown: MetricBreakdown | null;
  onBreakdown: (breakdown: MetricBreakdown | null) => void;
}

/** Whom one of the numbers counts, or what it is made of. */
function Behind({
  metric,
  series,
  grain,
  breakdown,
}: {
  metric: MetricRow;
  series: MetricSeries;
  grain: MetricGrain;
  breakdown: MetricBreakdown | null;
}) {
  const t = useTexts(metricsTexts);
  const may = useMay();
  const nameOf = useGroupName();
  const time = useTimeFormat();
  const last = series.days.length - 1;
  const [place, setPlace] = useState<number | null>(null);
  const [group, setGroup] = useState<string | null>(null);
  const chosen = Math.min(place ?? last, last);
  const since = series.days[chosen] ?? "";
  const groups = series.lines.filter((line) => line.group.kind !== "other");
  const chosenLine = groups.find((line) => line.group.key === group);
  const number = {
    grain,
    since,
    breakdown,
    group: chosenLine?.group.key ?? null,
    groupName: chosenLine ? nameOf(chosenLine.group) : null,
  };
  return (
    <div className={styles.row}>
      <Select
        aria-label={t.period}
        style={{ minWidth: 120 }}
        value={chosen}
        onChange={setPlace}
        options={series.days.map((day, value) => ({ value, label: time.day(day) }))}
      />
      {groups.length > 0 && (
        <Select
          allowClear
          aria-label={t.breakdown}
          style={{ minWidth: 140 }}
          placeholder={t.breakdowns.none}
          value={number.group}
          onChange={(next: string | undefined) => setGroup(next ?? null)}
          options={groups.map((line) => ({ value: line.group.key, label: nameOf(line.group) }))}
        />
      )}
      <Leads metric={metric} number={number} />
      {metric.definition.of.kind !== "costs" && may(rights.writeSegments) && (
        <span className={styles.quiet}>{t.peopleNote}</span>
      )}
    </div>
  );
}

/** How a metric went, by groups and beside what was before. */
export function SeriesPanel(props: SeriesPanelProps) {
  const { metric, grain, onGrain, stretch, onStretch, breakdown, onBreakdown } = props;
  const t = useTexts(metricsTexts);
  const [kind, setKind] = useState<BreakdownKind>(breakdown?.kind ?? "none");
  const [compares, setCompares] = useState(false);
  const turns = useTurnNames(breakdown);
  const { data, error, refetch } = useQuery(
    seriesQuery(metric.metric_id, {
      grain,
      since_on: stretch.since,
      until_on: stretch.until,
      breakdown,
      compares: compares && breakdown === null,
    }),
  );
  const of = metric.definition.of;
  const events = of.kind === "events" ? of.events.map(({ event }) => event) : [];
  const day = (key: keyof Stretch, label: string) => (
    <label className={styles.field}>
      {label}
      <Input
        type="date"
        value={stretch[key]}
        onChange={({ target }) => target.value && onStretch({ ...stretch, [key]: target.value })}
      />
    </label>
  );
  return (
    <Panel
      title={t.series}
      extra={
        <span className={styles.switch}>
          <FileButton
            wish={{
              of: "series",
              metric_id: metric.metric_id,
              grain,
              since_on: stretch.since,
              until_on: stretch.until,
              breakdown,
            }}
          />
          <GrainChoice value={grain} onChange={onGrain} />
        </span>
      }
    >
      <div className={styles.question}>
        {day("since", t.since)}
        {day("until", t.until)}
        <BreakdownField
          events={events}
          words={of.kind === "costs" || of.kind === "formula" ? COST_WORDS : []}
          value={breakdown}
          onChange={onBreakdown}
          kind={kind}
          onKind={setKind}
        />
        {breakdown === null && (
          <span className={styles.switch}>
            <Switch size="small" checked={compares} onChange={setCompares} aria-label={t.compare} />
            <span className={styles.quiet}>{t.compare}</span>
          </span>
        )}
      </div>
      {error && !data ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : data ? (
        <>
          <SeriesDrawing metric={metric} series={turns.ofSeries(data)} grain={grain} height={HEIGHT} />
          <Behind metric={metric} series={turns.ofSeries(data)} grain={grain} breakdown={breakdown} />
        </>
      ) : (
        <Skeleton height={HEIGHT} />
      )}
    </Panel>
  );
}
