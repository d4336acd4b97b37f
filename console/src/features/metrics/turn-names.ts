import type { MetricBreakdown, MetricGroup, MetricPart, MetricSeries } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { metricsTexts } from "./metrics-texts";

/** New and old business are called so; all other parts bring their own names. */
export function useTurnNames(breakdown: MetricBreakdown | null) {
  const t = useTexts(metricsTexts);
  const isTurn = breakdown?.kind === "turn";
  const named = (group: MetricGroup): MetricGroup =>
    isTurn && (group.key === "first" || group.key === "later")
      ? { ...group, label: t.turns[group.key] }
      : group;
  const ofPart = (part: MetricPart): MetricPart => ({
    ...part,
    group: part.group ? named(part.group) : null,
    parts: part.parts.map(ofPart),
  });
  const ofSeries = (series: MetricSeries): MetricSeries => ({
    ...series,
    lines: series.lines.map((line) => ({ ...line, group: named(line.group) })),
  });
  return { ofPart, ofSeries };
}
