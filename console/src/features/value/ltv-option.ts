import type { LtvFit } from "@/api/types";
import type { ChartOption } from "@/shared/charts/chart-drawing";
import type { NumberFormat } from "@/shared/format/number-format";
import type { TimeFormat } from "@/shared/format/time-format";
import { fontFamily, type Colours } from "@/shared/theme/tokens";
import type { LtvTexts } from "./ltv-texts";

type LookBack = NonNullable<LtvFit["look_back"]>;

interface Surroundings {
  t: LtvTexts;
  n: NumberFormat;
  time: TimeFormat;
  colours: Colours;
}

/** Two lines, of what came and of what was expected, and a mark where the fit ends. */
export function lookBackOption(back: LookBack, { t, n, time, colours }: Surroundings): ChartOption {
  const quiet = { color: colours.inkFaint, fontFamily, fontSize: 12 };
  const { points } = back;
  const cut = points.find(({ on }) => on >= back.cut_on)?.on ?? back.cut_on;
  return {
    textStyle: { fontFamily },
    grid: { left: 4, right: 12, top: 24, bottom: 0, containLabel: true },
    tooltip: {
      trigger: "axis",
      backgroundColor: colours.surface,
      borderColor: colours.line,
      padding: [10, 14],
      textStyle: { color: colours.ink, fontFamily, fontSize: 13 },
      formatter: (found) => {
        const index = Array.isArray(found) ? found[0]?.dataIndex : found.dataIndex;
        const point = points[index ?? 0];
        if (!point) return "";
        return [
          `<strong>${time.day(point.on)}</strong>`,
          `${t.actual}\u3000${n.whole(point.actual)}`,
          `${t.expected}\u3000${n.whole(point.expected)}`,
        ].join("<br>");
      },
    },
    xAxis: {
      type: "category",
      boundaryGap: false,
      data: points.map(({ on }) => on),
      axisTick: { show: false },
      axisLine: { lineStyle: { color: colours.line } },
      axisLabel: { ...quiet, hideOverlap: true, formatter: (on: string) => time.day(on) },
    },
    yAxis: {
      type: "value",
      splitNumber: 4,
      splitLine: { lineStyle: { color: colours.chartGrid } },
      axisLabel: { ...quiet, formatter: (value: number) => n.wholeShort(value) },
    },
    series: [
      {
        type: "line",
        name: t.actual,
        data: points.map(({ actual }) => actual),
        symbol: "none",
        lineStyle: { color: colours.chartA, width: 2.5 },
        itemStyle: { color: colours.chartA },
        markLine: {
          silent: true,
          symbol: "none",
          lineStyle: { color: colours.inkFaint, type: "dashed" },
          label: { ...quiet, formatter: t.cut, position: "end" },
          data: [{ xAxis: cut }],
        },
      },
      {
        type: "line",
        name: t.expected,
        data: points.map(({ expected }) => expected),
        symbol: "none",
        lineStyle: { color: colours.chartB, width: 2, type: "dashed" },
        itemStyle: { color: colours.chartB },
      },
    ],
  };
}
