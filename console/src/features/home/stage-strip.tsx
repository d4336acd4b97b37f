import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { glancesQuery } from "@/api/metrics";
import type { MetricGlance } from "@/api/types";
import { useLanguage } from "@/shared/i18n/language-context";
import { useTexts } from "@/shared/i18n/texts";
import { ChangeMark } from "@/shared/metrics/change-mark";
import { Sparkline } from "@/shared/metrics/sparkline";
import { useValueFormat } from "@/shared/metrics/value-format";
import { ErrorState } from "@/shared/ui/error-state";
import { Panel } from "@/shared/ui/panel";
import { Skeleton } from "@/shared/ui/skeleton";
import { todayTexts } from "./today-texts";
import styles from "./today-panel.module.css";

/** One metric for each stage of growth, as it ships; a company that has replaced it shows what it has. */
const STAGES = [
  ["acquisition", "new_customers"],
  ["activation", "first_conversion"],
  ["retention", "repeat_rate"],
  ["revenue", "paid_fen"],
] as const;

const KEYS = STAGES.map(([, key]) => key);
const STRIP_HEIGHT = 104;

function Stage({ stage, glance }: { stage: (typeof STAGES)[number][0]; glance: MetricGlance }) {
  const t = useTexts(todayTexts);
  const { language } = useLanguage();
  const format = useValueFormat(glance.unit, glance.values);
  return (
    <li className={styles.stage}>
      <span className={styles.stageName}>{t.stages[stage]}</span>
      <Link to={`/numbers/${glance.metric_id}`} className={styles.stageMetric}>
        {glance[language]}
      </Link>
      <span className={styles.stageValue}>{format.short(glance.values.at(-2))}</span>
      <ChangeMark after={glance.values.at(-2)} before={glance.values.at(-3)} upIs={glance.up_is} />
      <Sparkline values={glance.values} />
    </li>
  );
}

/** How the business grows, from the first meeting to money: the last whole week, and the quarter before it as a line. */
export function StageStrip() {
  const t = useTexts(todayTexts);
  const { data, error, refetch } = useQuery(glancesQuery("week", false, KEYS));
  const rows = STAGES.flatMap(([stage, key]) => {
    const glance = data?.rows.find((row) => row.key === key);
    return glance ? [{ stage, glance }] : [];
  });
  if (data && rows.length === 0) return null;
  return (
    <Panel title={t.strip} note={t.stripNote}>
      {error && !data ? (
        <ErrorState compact error={error} onRetry={() => void refetch()} />
      ) : !data ? (
        <Skeleton height={STRIP_HEIGHT} />
      ) : (
        <ul className={styles.strip}>
          {rows.map(({ stage, glance }) => (
            <Stage key={stage} stage={stage} glance={glance} />
          ))}
        </ul>
      )}
    </Panel>
  );
}
