import { LineChartOutlined } from "@ant-design/icons";
import { useMemo } from "react";
import type { MetricGrain, MetricGroup, MetricRow, MetricSeries } from "@/api/types";
import { Chart } from "@/shared/charts/chart";
import { useTimeFormat } from "@/shared/format/time-format";
import { useLanguage } from "@/shared/i18n/language-context";
import { defineTexts, useTexts } from "@/shared/i18n/texts";
import { useTheme } from "@/shared/theme/theme-context";
import { EmptyState } from "@/shared/ui/empty-state";
import { linesOf, seriesOption, type DrawnLine } from "./series-option";
import { useValueFormat } from "./value-format";
import styles from "./metrics.module.css";

const texts = defineTexts({
  zh: {
    now: "本期",
    before: "前一段",
    target: "目标",
    notOver: "最后一期还没结束",
    noValues: "这段时间没有数值",
    chartLabel: (name: string) => `${name}走势图`,
    period: "周期",
    others: "其他",
    missing: "未知",
  },
  en: {
    now: "Now",
    before: "Before",
    target: "Target",
    notOver: "The last period is not over",
    noValues: "No values in this time",
    chartLabel: (name: string) => `Chart of ${name}`,
    period: "Period",
    others: "All others",
    missing: "Unknown",
  },
});

/** What a part of a metric is called. */
export function useGroupName() {
  const t = useTexts(texts);
  return (group: MetricGroup) =>
    group.kind === "value" ? group.label : group.kind === "other" ? t.others : t.missing;
}

/** The same numbers as words, for those who cannot see the picture. */
function SeriesTable({ metric, days, lines }: { metric: MetricRow; days: string[]; lines: DrawnLine[] }) {
  const t = useTexts(texts);
  const { language } = useLanguage();
  const format = useValueFormat(
    metric.definition.unit,
    lines.flatMap((line) => line.values),
  );
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

interface SeriesDrawingProps {
  metric: MetricRow;
  series: MetricSeries;
  grain: MetricGrain;
  height: number;
}

/** How a metric went: lines, what they are, and the same as a table. */
export function SeriesDrawing({ metric, series, grain, height }: SeriesDrawingProps) {
  const t = useTexts(texts);
  const { language } = useLanguage();
  const { colours } = useTheme();
  const time = useTimeFormat();
  const nameOf = useGroupName();
  const lines = linesOf(series, colours, {
    now: t.now,
    before: t.before,
    target: t.target,
    nameOf: (line) => nameOf(line.group),
  });
  const format = useValueFormat(
    metric.definition.unit,
    lines.flatMap((line) => line.values),
  );
  const labelOf = (day: string) =>
    grain === "month" ? time.month(day.slice(0, 7), day.endsWith("-01-01")) : time.day(day);
  const option = useMemo(
    () => seriesOption(series.days, lines, { isPartial: series.is_partial, format, colours, labelOf }),
    // What is drawn follows from these alone.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [series, colours, language, metric],
  );
  if (lines.every((line) => line.values.every((value) => value === null))) {
    return <EmptyState compact icon={<LineChartOutlined aria-hidden />} title={t.noValues} />;
  }
  return (
    <>
      <Chart label={t.chartLabel(metric.definition[language])} option={option} height={height} />
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
