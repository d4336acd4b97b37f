import { useQuery } from "@tanstack/react-query";
import { InputNumber } from "antd";
import { useMemo, useState } from "react";
import { planQuery } from "@/api/experiments";
import type { ExperimentDefinition, PlanQuestion } from "@/api/types";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTexts } from "@/shared/i18n/texts";
import { Field } from "@/shared/ui/field";
import { Panel } from "@/shared/ui/panel";
import { useDebounced } from "@/shared/ui/use-debounced";
import { experimentsTexts } from "./experiments-texts";
import styles from "./experiments.module.css";

interface Baseline {
  rate: number | null;
  mean: number | null;
  deviation: number | null;
  aDay: number | null;
}

function questionOf(definition: ExperimentDefinition, baseline: Baseline): PlanQuestion | null {
  const [control, variant] = definition.arms;
  if (!control || !variant) return null;
  const weights = control.weight + variant.weight;
  const shared = {
    effect: definition.effect,
    alpha: definition.alpha / (definition.arms.length - 1),
    power: definition.power,
    share: variant.weight / weights,
    customers_a_day: baseline.aDay === null ? null : (baseline.aDay * weights) / totalWeight(definition),
  };
  if (definition.primary.measure === "rate")
    return baseline.rate === null ? null : { ...shared, rate: baseline.rate / 100 };
  if (baseline.mean === null || baseline.deviation === null) return null;
  return { ...shared, mean: baseline.mean, deviation: baseline.deviation };
}

const totalWeight = ({ arms }: ExperimentDefinition) => arms.reduce((sum, arm) => sum + arm.weight, 0);

/** How many customers, and days, the experiment takes as it stands. */
export function PlanPanel({ definition }: { definition: ExperimentDefinition }) {
  const t = useTexts(experimentsTexts);
  const n = useNumberFormat();
  const [baseline, setBaseline] = useState<Baseline>({ rate: null, mean: null, deviation: null, aDay: null });
  const rested = useDebounced(JSON.stringify(questionOf(definition, baseline)), 300);
  const question = useMemo(() => JSON.parse(rested) as PlanQuestion | null, [rested]);
  const plan = useQuery(planQuery(question));
  const isRate = definition.primary.measure === "rate";
  const field = (key: keyof Baseline, label: string, max: number) => (
    <Field label={label}>
      {(control) => (
        <InputNumber<number>
          {...control}
          min={0.000001}
          max={max}
          style={{ width: "100%" }}
          value={baseline[key]}
          onChange={(value) => setBaseline({ ...baseline, [key]: value })}
        />
      )}
    </Field>
  );
  return (
    <Panel title={t.plan} note={t.planNote}>
      <div className={styles.fields}>
        {isRate ? (
          field("rate", t.rate, 99.9)
        ) : (
          <>
            {field("mean", t.mean, 1e12)}
            {field("deviation", t.deviation, 1e12)}
          </>
        )}
        {field("aDay", t.aDay, 1e9)}
        <p className={styles.quiet} aria-live="polite">
          {question === null || !plan.data ? (
            (plan.error?.message ?? t.planEmpty)
          ) : (
            <>
              <strong>{t.planned(n.whole(plan.data.units))}</strong>
              {plan.data.days !== null && ` · ${t.plannedDays(n.whole(plan.data.days))}`}
            </>
          )}
        </p>
      </div>
    </Panel>
  );
}
