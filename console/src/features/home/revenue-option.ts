import type { Summary } from "@/api/types";
import type { NumberFormat } from "@/shared/format/number-format";
import type { TimeFormat } from "@/shared/format/time-format";
import type { ChartOption } from "@/shared/charts/chart-drawing";
import { fontFamily, type Colours } from "@/shared/theme/tokens";
import type { HomeTexts } from "./home-texts";

interface Surroundings {
  t: HomeTexts;
  n: NumberFormat;
  time: TimeFormat;
  colours: Colours;
}

/** Bars for revenue, a line for buyers; the tooltip says a month in full. */
export function revenueOption(summary: Summary, { t, n, time, colours }: Surroundings): ChartOption {
  const { revenue_by_month: months, currency } = summary;
  const quiet = { color: colours.inkFaint, fontFamily, fontSize: 12 };
  return {
    textStyle: { fontFamily },
    grid: { left: 4, right: 4, top: 14, bottom: 0, containLabel: true },
    tooltip: {
      trigger: "axis",
      axisPointer: { type: "shadow", shadowStyle: { color: colours.sunken, opacity: 0.7 } },
      backgroundColor: colours.surface,
      borderColor: colours.line,
      padding: [10, 14],
      textStyle: { color: colours.ink, fontFamily, fontSize: 13 },
      formatter: (points) => {
        const index = Array.isArray(points) ? points[0]?.dataIndex : points.dataIndex;
        const month = months[index ?? 0];
        if (!month) return "";
        return [
          `<strong>${time.month(month.month, true)}</strong>`,
          `${t.revenue}\u3000${n.money(month.revenue_fen, currency)}`,
          `${t.buyers}\u3000${n.whole(month.buyers)}`,
          `${t.orders}\u3000${n.whole(month.orders)}`,
        ].join("<br>");
      },
    },
    xAxis: {
      type: "category",
      // The year stands below the first month that is of it.
      data: months.map(({ month }, index) =>
        index === 0 || month.endsWith("-01")
          ? `${time.month(month, false)}\n${month.slice(0, 4)}`
          : time.month(month, false),
      ),
      axisTick: { show: false },
      axisLine: { lineStyle: { color: colours.line } },
      axisLabel: { ...quiet, lineHeight: 16, hideOverlap: true },
    },
    yAxis: [
      {
        type: "value",
        splitNumber: 4,
        splitLine: { lineStyle: { color: colours.chartGrid } },
        axisLabel: { ...quiet, formatter: (value: number) => n.moneyShort(value, currency) },
      },
      {
        type: "value",
        splitNumber: 4,
        splitLine: { show: false },
        axisLabel: { ...quiet, formatter: (value: number) => n.wholeShort(value) },
      },
    ],
    series: [
      {
        type: "bar",
        name: t.revenue,
        data: months.map((month) => month.revenue_fen),
        barMaxWidth: 34,
        itemStyle: { color: colours.chartA, borderRadius: [5, 5, 0, 0] },
      },
      {
        type: "line",
        name: t.buyers,
        yAxisIndex: 1,
        data: months.map((month) => month.buyers),
        symbol: "circle",
        symbolSize: 6,
        lineStyle: { color: colours.chartB, width: 2 },
        itemStyle: { color: colours.chartB },
      },
    ],
  };
}
