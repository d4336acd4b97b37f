import { Segmented } from "antd";
import type { MetricGrain } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { metricsTexts } from "./metrics-texts";

const GRAINS: readonly MetricGrain[] = ["day", "week", "month"];

/** By day, week or month. */
export function GrainChoice({
  value,
  onChange,
}: {
  value: MetricGrain;
  onChange: (grain: MetricGrain) => void;
}) {
  const t = useTexts(metricsTexts);
  return (
    <Segmented<MetricGrain>
      aria-label={t.grain}
      value={value}
      onChange={onChange}
      options={GRAINS.map((each) => ({ value: each, label: t.grains[each] }))}
    />
  );
}
