import type { ComponentProps } from "react";
import { metricSource } from "@/api/sources";
import type { MetricRow } from "@/api/types";
import { useLanguage } from "@/shared/i18n/language-context";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { PickOne, PickSome } from "@/shared/ui/picker";

type Own = "source" | "enabled" | "fits" | "describe";

/** Only what is in force is chosen anew; it is called as in the reader's language. */
function useMetrics() {
  const may = useMay();
  const { language } = useLanguage();
  return {
    source: metricSource,
    enabled: may(rights.readMetrics),
    fits: ({ status }: MetricRow) => status === "live",
    describe: ({ definition }: MetricRow) => definition[language],
  };
}

/** A metric. */
export function MetricPick(props: Omit<ComponentProps<typeof PickOne<MetricRow>>, Own>) {
  return <PickOne {...useMetrics()} {...props} />;
}

/** Several metrics. */
export function MetricPicks(props: Omit<ComponentProps<typeof PickSome<MetricRow>>, Own>) {
  return <PickSome {...useMetrics()} {...props} />;
}
