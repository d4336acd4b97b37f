import { LineChartOutlined } from "@ant-design/icons";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Button, Input, Select, Switch } from "antd";
import { useMemo, useState } from "react";
import { useNavigate } from "react-router";
import { findPeople, seriesQuery } from "@/api/metrics";
import { createSegment } from "@/api/segments";
import type { MetricBreakdown, MetricGrain, MetricGroup, MetricRow, MetricSeries } from "@/api/types";
import { Chart } from "@/shared/charts/chart";
import { useTimeFormat } from "@/shared/format/time-format";
import { useLanguage } from "@/shared/i18n/language-context";
import { useTexts } from "@/shared/i18n/texts";
import { linesOf, seriesOption, type DrawnLine } from "@/shared/metrics/series-option";
import { useValueFormat } from "@/shared/metrics/value-format";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { useTheme } from "@/shared/theme/theme-context";
import { EmptyState } from "@/shared/ui/empty-state";
import { ErrorState } from "@/shared/ui/error-state";
import { Panel } from "@/shared/ui/panel";
import { Skeleton } from "@/shared/ui/skeleton";
import { useNotices } from "@/shared/ui/use-notices";
import { BreakdownField, type BreakdownKind } from "./breakdown-field";
import { GrainChoice } from "./grain-choice";
import { metricsTexts } from "./metrics-texts";
import { moved, type Stretch } from "./periods";
import styles from "./metrics.module.css";

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

function useNameOf() {
  const t = useTexts(metricsTexts);
  return (group: MetricGroup) =>
    group.kind === "value" ? group.label : group.kind === "other" ? t.groupOther : t.groupMissing;
}

/** The same numbers as words, for those who cannot see the picture. */
function SeriesTable({ metric, days, lines }: { metric: MetricRow; days: string[]; lines: DrawnLine[] }) {
  const t = useTexts(metricsTexts);
  const { language } = useLanguage();
  const format = useValueFormat(metric.definition.unit);
  return (
    <table className="visually-hidden">
      <caption>{metric.definition[language]}</caption>
      <thead>
        <tr>
          <th scope="col">{t.period}</th>
          {lines.map((line) => (
            <th key={line.name} scope="col">
              {line.name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {days.map((day, place) => (
          <tr key={day}>
            <th scope="row">{day}</th>
            {lines.map((line) => (
              <td key={line.name}>{format.full(line.values[place])}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Drawn({ metric, series, grain }: { metric: MetricRow; series: MetricSeries; grain: MetricGrain }) {
  const t = useTexts(metricsTexts);
  const { language } = useLanguage();
  const { colours } = useTheme();
  const time = useTimeFormat();
  const format = useValueFormat(metric.definition.unit);
  const nameOf = useNameOf();
  const lines = linesOf(series, colours, {
    now: t.now,
    before: t.before,
    target: t.target,
    nameOf: (line) => nameOf(line.group),
  });
  const labelOf = (day: string) =>
    grain === "month" ? time.month(day.slice(0, 7), day.endsWith("-01-01")) : time.day(day);
  const option = useMemo(
    () => seriesOption(series.days, lines, { format, colours, labelOf }),
    // What is drawn follows from these alone.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [series, colours, language, metric],
  );
  if (lines.every((line) => line.values.every((value) => value === null))) {
    return <EmptyState compact icon={<LineChartOutlined />} title={t.noValues} />;
  }
  return (
    <>
      <Chart label={t.chartLabel(metric.definition[language])} option={option} height={HEIGHT} />
      <SeriesTable metric={metric} days={series.days} lines={lines} />
      <ul className={styles.legend}>
        {lines.map((line) => (
          <li key={line.name}>
            <i style={{ "--colour": line.colour }} />
            {line.name}
          </li>
        ))}
        {series.is_partial && <li>{t.notOver}</li>}
      </ul>
    </>
  );
}

function People({
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
  const { language } = useLanguage();
  const notices = useNotices();
  const navigate = useNavigate();
  const nameOf = useNameOf();
  const time = useTimeFormat();
  const last = series.days.length - 1;
  const [place, setPlace] = useState<number | null>(null);
  const [group, setGroup] = useState<string | null>(null);
  const chosen = Math.min(place ?? last, last);
  const since = series.days[chosen] ?? "";
  const until = moved(moved(since, grain, 1), "day", -1);
  const groups = series.lines.filter((line) => line.group.kind !== "other");
  const find = useMutation({
    mutationFn: async () => {
      const { definition } = await findPeople(metric.metric_id, {
        since_on: since,
        until_on: until,
        breakdown: group === null ? null : breakdown,
        group,
      });
      return createSegment({ name: t.segmentName(metric.definition[language], since, until), definition });
    },
    onSuccess: (made) => navigate(`/segments/${made.segment_id}/edit`),
    onError: notices.failed,
  });
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
          value={group}
          onChange={(next: string | undefined) => setGroup(next ?? null)}
          options={groups.map((line) => ({ value: line.group.key, label: nameOf(line.group) }))}
        />
      )}
      <Button loading={find.isPending} onClick={() => find.mutate()}>
        {t.people}
      </Button>
      <span className={styles.quiet}>{t.peopleNote}</span>
    </div>
  );
}

/** How a metric went, by groups and beside what was before. */
export function SeriesPanel(props: SeriesPanelProps) {
  const { metric, grain, onGrain, stretch, onStretch, breakdown, onBreakdown } = props;
  const t = useTexts(metricsTexts);
  const may = useMay();
  const [kind, setKind] = useState<BreakdownKind>(breakdown?.kind ?? "none");
  const [compares, setCompares] = useState(false);
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
    <Panel title={t.series} extra={<GrainChoice value={grain} onChange={onGrain} />}>
      <div className={styles.question}>
        {day("since", t.since)}
        {day("until", t.until)}
        <BreakdownField
          events={events}
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
          <Drawn metric={metric} series={data} grain={grain} />
          {may(rights.writeSegments) && (of.kind === "events" || of.kind === "segment") && (
            <People metric={metric} series={data} grain={grain} breakdown={breakdown} />
          )}
        </>
      ) : (
        <Skeleton height={HEIGHT} />
      )}
    </Panel>
  );
}
