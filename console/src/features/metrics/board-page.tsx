import { FundOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import { glancesQuery } from "@/api/metrics";
import type { MetricGlance, MetricGrain } from "@/api/types";
import { useLanguage } from "@/shared/i18n/language-context";
import { useTexts } from "@/shared/i18n/texts";
import { ChangeMark } from "@/shared/metrics/change-mark";
import { Sparkline } from "@/shared/metrics/sparkline";
import { useValueFormat } from "@/shared/metrics/value-format";
import { EmptyState } from "@/shared/ui/empty-state";
import { ErrorState } from "@/shared/ui/error-state";
import { Hint } from "@/shared/ui/hint";
import { Panel } from "@/shared/ui/panel";
import { Skeleton } from "@/shared/ui/skeleton";
import { GrainChoice } from "./grain-choice";
import { metricsTexts } from "./metrics-texts";
import styles from "./metrics.module.css";

const BOARDS = ["acquisition", "operation", "transaction"] as const;

function Tile({ glance, grain }: { glance: MetricGlance; grain: MetricGrain }) {
  const t = useTexts(metricsTexts);
  const { language } = useLanguage();
  const format = useValueFormat(glance.unit, glance.values);
  const name = glance[language];
  return (
    <li className={styles.tile}>
      <div className={styles.tileName}>
        <Link to={`/numbers/${glance.metric_id}`}>{name}</Link>
        <Hint label={t.definitionOf(name)}>
          {language === "zh" ? glance.sentence_zh : glance.sentence_en}
        </Hint>
      </div>
      <div className={styles.tileValue} title={t.ended[grain]}>
        {format.full(glance.values.at(-2))}
      </div>
      <div className={styles.tileFoot}>
        <ChangeMark after={glance.values.at(-2)} before={glance.values.at(-3)} upIs={glance.up_is} />
        <span className={styles.quiet}>
          {t.present} {format.short(glance.values.at(-1))}
        </span>
      </div>
      <Sparkline values={glance.values} />
    </li>
  );
}

/** Acquisition, operation, transaction: every number with its definition. */
export function BoardPage() {
  const t = useTexts(metricsTexts);
  const [grain, setGrain] = useState<MetricGrain>("week");
  const { data, error, refetch } = useQuery(glancesQuery(grain, true));
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  return (
    <>
      <div className={styles.toolbar}>
        <GrainChoice value={grain} onChange={setGrain} />
        <span className={styles.quiet}>{t.ended[grain]}</span>
      </div>
      {data?.rows.length === 0 ? (
        <Panel>
          <EmptyState icon={<FundOutlined aria-hidden />} title={t.boardEmpty} text={t.emptyText} />
        </Panel>
      ) : (
        <div className={styles.stack}>
          {BOARDS.map((board) => (
            <Panel key={board} title={t.boards[board]} note={t.boardLead[board]}>
              {data ? (
                <ul className={styles.tiles}>
                  {data.rows
                    .filter((glance) => glance.board === board)
                    .map((glance) => (
                      <Tile key={glance.metric_id} glance={glance} grain={data.grain} />
                    ))}
                </ul>
              ) : (
                <Skeleton height={240} />
              )}
            </Panel>
          ))}
        </div>
      )}
    </>
  );
}
