import type { MetricSeries } from "@/api/types";
import type { ChartOption } from "@/shared/charts/chart-drawing";
import { fontFamily, tagColours, type Colours } from "@/shared/theme/tokens";
import type { ValueFormat } from "./value-format";

/** What is drawn: a name, a colour and a value for each period. */
export interface DrawnLine {
  name: string;
  colour: string;
  values: readonly (number | null)[];
  isDashed?: boolean;
}

const PALETTE = [
  tagColours.tagBlue,
  tagColours.tagOrange,
  tagColours.tagGreen,
  tagColours.tagPurple,
  tagColours.tagRed,
  tagColours.tagTeal,
  tagColours.tagYellow,
  tagColours.tagPink,
  tagColours.tagGrey,
];

interface Words {
  now: string;
  before: string;
  target: string;
  nameOf: (line: MetricSeries["lines"][number]) => string;
}

/** The lines of a series: the whole, or its parts; what it is to come to, and what was before. */
export function linesOf(series: MetricSeries, colours: Colours, words: Words): DrawnLine[] {
  const drawn: DrawnLine[] = series.lines.map((line, place) => ({
    name: words.nameOf(line),
    colour: PALETTE[place % PALETTE.length] ?? colours.chartA,
    values: line.values,
  }));
  if (drawn.length === 0) drawn.push({ name: words.now, colour: colours.chartA, values: series.values });
  if (series.before)
    drawn.push({ name: words.before, colour: colours.inkFaint, values: series.before, isDashed: true });
  if (series.targets.some((value) => value !== null))
    drawn.push({ name: words.target, colour: colours.amber, values: series.targets, isDashed: true });
  return drawn;
}

interface Surroundings {
  /** Whether the last period is not over: the way to it is dotted, so that nobody takes it for a fall. */
  isPartial?: boolean;
  format: ValueFormat;
  colours: Colours;
  labelOf: (day: string) => string;
}

const escape = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");

export function seriesOption(
  days: readonly string[],
  lines: readonly DrawnLine[],
  { isPartial = false, format, colours, labelOf }: Surroundings,
): ChartOption {
  const drawn = (
    line: DrawnLine,
    values: DrawnLine["values"],
    type = line.isDashed ? "dashed" : "solid",
  ) => ({
    type: "line" as const,
    name: line.name,
    data: [...values],
    symbol: "circle",
    symbolSize: 5,
    showSymbol: days.length < 40,
    lineStyle: { color: line.colour, width: 2, type: type as "solid" },
    itemStyle: { color: line.colour },
  });
  const quiet = { color: colours.inkFaint, fontFamily, fontSize: 12 };
  return {
    textStyle: { fontFamily },
    grid: { left: 4, right: 12, top: 14, bottom: 0, containLabel: true },
    tooltip: {
      trigger: "axis",
      backgroundColor: colours.surface,
      borderColor: colours.line,
      padding: [10, 14],
      textStyle: { color: colours.ink, fontFamily, fontSize: 13 },
      formatter: (points) => {
        const place = (Array.isArray(points) ? points[0]?.dataIndex : points.dataIndex) ?? 0;
        const told = lines.map((line) => `${escape(line.name)}\u3000${format.full(line.values[place])}`);
        return [`<strong>${labelOf(days[place] ?? "")}</strong>`, ...told].join("<br>");
      },
    },
    xAxis: {
      type: "category",
      data: days.map(labelOf),
      axisTick: { show: false },
      axisLine: { lineStyle: { color: colours.line } },
      axisLabel: { ...quiet, hideOverlap: true },
    },
    yAxis: {
      type: "value",
      splitNumber: 4,
      // Nobody is a third of a customer.
      minInterval: lines.every(({ values }) => values.every((value) => Number.isInteger(value ?? 0))) ? 1 : 0,
      splitLine: { lineStyle: { color: colours.chartGrid } },
      axisLabel: { ...quiet, formatter: (value: number) => format.short(value) },
    },
    series: lines.flatMap((line) => {
      if (!isPartial || line.isDashed || days.length < 2) return [drawn(line, line.values)];
      const last = days.length - 1;
      const over = line.values.map((value, place) => (place < last ? value : null));
      const toLast = line.values.map((value, place) => (place < last - 1 ? null : value));
      return [drawn(line, over), { ...drawn(line, toLast, "dotted"), symbol: "emptyCircle" }];
    }),
  };
}
