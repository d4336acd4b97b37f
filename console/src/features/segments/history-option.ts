import type { SizeAt } from "@/api/types";
import type { ChartOption } from "@/shared/charts/chart-drawing";
import type { NumberFormat } from "@/shared/format/number-format";
import type { TimeFormat } from "@/shared/format/time-format";
import { fontFamily, type Colours } from "@/shared/theme/tokens";
import type { PageTexts } from "./page-texts";

interface Surroundings {
  t: PageTexts;
  n: NumberFormat;
  time: TimeFormat;
  colours: Colours;
}

/** A line for the size; below it who came, upwards, and who left, downwards, on a scale of their own. */
export function historyOption(rows: readonly SizeAt[], { t, n, time, colours }: Surroundings): ChartOption {
  const quiet = { color: colours.inkFaint, fontFamily, fontSize: 12 };
  const days = rows.map(({ at }) => time.day(at));
  const axis = {
    type: "category" as const,
    data: days,
    axisTick: { show: false },
    axisLine: { lineStyle: { color: colours.line } },
  };
  const labels = { outerBoundsMode: "same" as const, outerBoundsContain: "axisLabel" as const };
  const splitLine = { lineStyle: { color: colours.chartGrid } };
  return {
    textStyle: { fontFamily },
    grid: [
      { left: 4, right: 8, top: 14, height: "56%", ...labels },
      { left: 4, right: 8, top: "70%", bottom: 0, ...labels },
    ],
    tooltip: {
      trigger: "axis",
      axisPointer: { type: "line", lineStyle: { color: colours.lineStrong } },
      backgroundColor: colours.surface,
      borderColor: colours.line,
      padding: [10, 14],
      textStyle: { color: colours.ink, fontFamily, fontSize: 13 },
      formatter: (points) => {
        const row = rows[(Array.isArray(points) ? points[0]?.dataIndex : points.dataIndex) ?? 0];
        if (!row) return "";
        return [
          `<strong>${time.day(row.at)}</strong>`,
          `${t.size}\u3000${n.whole(row.size)}`,
          `${t.entered}\u3000${n.whole(row.entered)}`,
          `${t.exited}\u3000${n.whole(row.exited)}`,
        ].join("<br>");
      },
    },
    xAxis: [
      { ...axis, gridIndex: 0, axisLabel: { show: false } },
      { ...axis, gridIndex: 1, axisLabel: { ...quiet, hideOverlap: true } },
    ],
    yAxis: [
      {
        type: "value",
        gridIndex: 0,
        scale: true,
        minInterval: 1,
        splitNumber: 4,
        splitLine,
        axisLabel: { ...quiet, formatter: (value: number) => n.wholeShort(value) },
      },
      {
        type: "value",
        gridIndex: 1,
        minInterval: 1,
        splitNumber: 2,
        splitLine,
        axisLabel: { ...quiet, formatter: (value: number) => n.wholeShort(Math.abs(value)) },
      },
    ],
    series: [
      {
        type: "line",
        name: t.size,
        data: rows.map(({ size }) => size),
        symbol: rows.length > 40 ? "none" : "circle",
        symbolSize: 5,
        lineStyle: { color: colours.chartA, width: 2 },
        itemStyle: { color: colours.chartA },
        areaStyle: { color: colours.chartA, opacity: 0.1 },
      },
      {
        type: "bar",
        name: t.entered,
        xAxisIndex: 1,
        yAxisIndex: 1,
        stack: "moves",
        barMaxWidth: 14,
        data: rows.map(({ entered }) => entered),
        itemStyle: { color: colours.chartA, borderRadius: [3, 3, 0, 0] },
      },
      {
        type: "bar",
        name: t.exited,
        xAxisIndex: 1,
        yAxisIndex: 1,
        stack: "moves",
        barMaxWidth: 14,
        data: rows.map(({ exited }) => -exited),
        itemStyle: { color: colours.chartB, borderRadius: [0, 0, 3, 3] },
      },
    ],
  };
}
