import type { Experiment, ExperimentResults } from "@/api/types";
import type { ChartOption } from "@/shared/charts/chart-drawing";
import type { NumberFormat } from "@/shared/format/number-format";
import type { TimeFormat } from "@/shared/format/time-format";
import { fontFamily, type Colours } from "@/shared/theme/tokens";

interface Surroundings {
  n: NumberFormat;
  time: TimeFormat;
  colours: Colours;
}

/** Customers who came, a stack for each day. */
export function cameOption(
  results: ExperimentResults,
  experiment: Experiment,
  { n, time, colours }: Surroundings,
): ChartOption {
  const quiet = { color: colours.inkFaint, fontFamily, fontSize: 12 };
  return {
    textStyle: { fontFamily },
    grid: { left: 4, right: 4, top: 30, bottom: 0, containLabel: true },
    legend: { top: 0, right: 0, icon: "circle", itemWidth: 8, textStyle: quiet },
    tooltip: {
      trigger: "axis",
      backgroundColor: colours.surface,
      borderColor: colours.line,
      textStyle: { color: colours.ink, fontFamily, fontSize: 13 },
    },
    xAxis: {
      type: "category",
      data: results.by_day.map(({ on }) => time.day(`${on}T00:00:00+08:00`)),
      axisTick: { show: false },
      axisLine: { lineStyle: { color: colours.line } },
      axisLabel: { ...quiet, hideOverlap: true },
    },
    yAxis: {
      type: "value",
      splitNumber: 3,
      splitLine: { lineStyle: { color: colours.chartGrid } },
      axisLabel: { ...quiet, formatter: (value: number) => n.wholeShort(value) },
    },
    series: experiment.definition.arms.map((arm) => ({
      type: "bar",
      stack: "arms",
      name: arm.name,
      barMaxWidth: 28,
      data: results.by_day.map(({ arms }) => arms[arm.key] ?? 0),
    })),
  };
}
