import { useQuery } from "@tanstack/react-query";
import { useMemo, type ReactNode } from "react";
import { experimentResultsQuery } from "@/api/experiments";
import type { Experiment, ExperimentOutcomeResult, ExperimentResults, ExperimentVariant } from "@/api/types";
import { Chart } from "@/shared/charts/chart";
import { drawnTo } from "@/shared/customers/people-behind";
import { PeopleLink } from "@/shared/customers/people-link";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTimeFormat } from "@/shared/format/time-format";
import { useCurrency } from "@/shared/format/use-currency";
import { useLanguage } from "@/shared/i18n/language-context";
import { useTexts } from "@/shared/i18n/texts";
import { DataTable, type Column } from "@/shared/ui/data-table";
import { ErrorState } from "@/shared/ui/error-state";
import { Panel } from "@/shared/ui/panel";
import { SkeletonLines } from "@/shared/ui/skeleton";
import { StatusTag, type Tone } from "@/shared/ui/status-tag";
import { useTheme } from "@/shared/theme/theme-context";
import { ScrollArea } from "@/shared/ui/scroll-area";
import { cameOption } from "./came-option";
import { experimentsTexts } from "./experiments-texts";
import { OutcomePeople } from "./outcome-people";
import styles from "./experiments.module.css";

const TONES: Record<ExperimentResults["advice"], Tone> = {
  mismatch: "danger",
  harm: "danger",
  better: "brand",
  worse: "amber",
  no_difference: "info",
  wait: "quiet",
};

/** Sums of what is named so are money, in hundredths. */
const FEN = "_fen";

/** The interval on a line, all variants of an outcome to one scale. */
function Interval({ variant, reach }: { variant: ExperimentVariant; reach: number }) {
  const place = (value: number) => `${50 + Math.max(-1, Math.min(1, value / reach)) * 50}%`;
  const { low, high, value } = variant.lift;
  const left = 50 + Math.max(-1, low / reach) * 50;
  const right = 50 + Math.min(1, high / reach) * 50;
  return (
    <div className={`${styles.bar} ${styles[variant.says] ?? ""}`} aria-hidden="true">
      <span className={styles.zero} style={{ insetInlineStart: "50%" }} />
      <span className={styles.span} style={{ insetInlineStart: `${left}%`, width: `${right - left}%` }} />
      <span className={styles.point} style={{ insetInlineStart: place(value) }} />
    </div>
  );
}

/** How values of an outcome are written: shares of customers, money where the sum is of money, numbers otherwise. */
function useLevel(measure: ExperimentOutcomeResult["measure"], property: string | null | undefined) {
  const n = useNumberFormat();
  const { language } = useLanguage();
  const currency = useCurrency();
  if (measure === "rate") return (value: number) => n.share(value + 0);
  if (measure === "sum" && property?.endsWith(FEN))
    return (value: number) => n.money(Math.round(value) + 0, currency);
  return (value: number) =>
    (value + 0).toLocaleString(language === "zh" ? "zh-CN" : "en-US", { maximumFractionDigits: 3 });
}

function Outcome({ outcome, experiment }: { outcome: ExperimentOutcomeResult; experiment: Experiment }) {
  const t = useTexts(experimentsTexts);
  const n = useNumberFormat();
  const { arms, primary, guardrails } = experiment.definition;
  const names = new Map(arms.map(({ key, name }) => [key, name]));
  const asked = [primary, ...guardrails].find(({ name }) => name === outcome.name);
  const level = useLevel(outcome.measure, asked?.property);
  // A difference of shares is in points: per cent are those of the relative change.
  const apart = (value: number) =>
    outcome.measure === "rate" ? t.points((value * 100 + 0).toFixed(1)) : level(value);
  const signed = (value: number, say: (value: number) => string) => `${value > 0 ? "+" : ""}${say(value)}`;
  if (outcome.variants.length === 0 || outcome.control_mean === null)
    return <p className={styles.quiet}>{t.few}</p>;
  const reach = Math.max(
    ...outcome.variants.flatMap(({ lift }) => [Math.abs(lift.low), Math.abs(lift.high)]),
    Number.EPSILON,
  );
  const columns: Column<ExperimentVariant>[] = [
    {
      key: "arm",
      title: t.arm,
      cell: (row) => (
        <div className={styles.armName}>
          <span>{names.get(row.arm) ?? row.arm}</span>
          <StatusTag tone={row.says === "better" ? "brand" : row.says === "worse" ? "danger" : "quiet"}>
            {t.says[row.says]}
          </StatusTag>
        </div>
      ),
    },
    {
      key: "level",
      title: t.level,
      align: "end",
      cell: (row) => <span className={styles.number}>{level(row.mean)}</span>,
    },
    {
      key: "lift",
      title: t.lift,
      align: "end",
      cell: (row) => (
        <span className={styles.number}>
          {signed(row.lift.value, apart)}
          {row.relative && <span className={styles.relative}>{signed(row.relative.value, n.share)}</span>}
        </span>
      ),
    },
    {
      key: "interval",
      title: t.interval,
      cell: (row) => (
        <>
          <Interval variant={row} reach={reach} />
          <span className={`${styles.quiet} ${styles.number}`}>
            {signed(row.lift.low, apart)} … {signed(row.lift.high, apart)}
          </span>
        </>
      ),
    },
    {
      key: "p",
      title: t.p,
      align: "end",
      cell: (row) => <span className={styles.number}>{row.lift.p_value.toFixed(3)}</span>,
    },
    {
      key: "better",
      title: t.better,
      align: "end",
      cell: (row) => <span className={styles.number}>{n.share(row.better)}</span>,
    },
    {
      key: "loss",
      title: t.loss,
      align: "end",
      cell: (row) => <span className={styles.number}>{level(Math.abs(row.loss_of_variant))}</span>,
    },
  ];
  return (
    <>
      <p className={styles.quiet}>
        {t.control} {level(outcome.control_mean)}
        {outcome.variance_taken !== null && ` · ${t.cuped(n.share(outcome.variance_taken))}`}
      </p>
      <ScrollArea className={styles.scroll}>
        <DataTable label={outcome.name} columns={columns} rows={outcome.variants} rowKey={(row) => row.arm} />
      </ScrollArea>
    </>
  );
}

function Advice({ results, isLive }: { results: ExperimentResults; isLive: boolean }) {
  const t = useTexts(experimentsTexts);
  const n = useNumberFormat();
  const time = useTimeFormat();
  const { looks, advice } = results;
  const shouldStop = isLive && results.should_stop;
  return (
    <div
      className={`${styles.advice} ${shouldStop ? styles.stop : ""} ${TONES[advice] === "danger" ? styles.harm : ""}`}
      role={shouldStop ? "alert" : "status"}
    >
      <div className={styles.line}>
        <StatusTag tone={TONES[advice]}>{t.advice[advice]}</StatusTag>
        {shouldStop && <strong>{t.shouldStop}</strong>}
      </div>
      <p>{t.adviceText[advice]}</p>
      {looks && (
        <p className={styles.quiet}>
          {t.looksTaken(n.whole(looks.done), n.whole(looks.planned))}
          {" · "}
          {looks.as_of === null ? t.noLookYet : t.looksAsOf(time.full(looks.as_of))}
        </p>
      )}
      {results.needed !== null && !looks && (
        <p className={styles.quiet}>
          {t.needed(n.whole(results.needed))}
          {results.advice === "wait" &&
            results.days_left !== null &&
            results.days_left > 0 &&
            ` · ${t.daysLeft(n.whole(results.days_left))}`}
        </p>
      )}
      {results.several > 0 && <p className={styles.quiet}>{t.several(n.whole(results.several))}</p>}
    </div>
  );
}

function Came({ results, experiment }: { results: ExperimentResults; experiment: Experiment }) {
  const t = useTexts(experimentsTexts);
  const n = useNumberFormat();
  const time = useTimeFormat();
  const { colours } = useTheme();
  const option = useMemo(
    () => cameOption(results, experiment, { n, time, colours }),
    [results, experiment, n, time, colours],
  );
  return (
    <Panel title={t.came}>
      <Chart label={t.came} height={200} option={option} />
    </Panel>
  );
}

/** What the experiment shows so far. */
export function ResultsPanels({ experiment }: { experiment: Experiment }): ReactNode {
  const t = useTexts(experimentsTexts);
  const n = useNumberFormat();
  const time = useTimeFormat();
  const results = useQuery(experimentResultsQuery(experiment.experiment_id));
  if (results.error && !results.data)
    return <ErrorState error={results.error} onRetry={() => void results.refetch()} />;
  if (!results.data)
    return (
      <Panel title={t.results}>
        <SkeletonLines lines={6} />
      </Panel>
    );
  const { units, outcomes, by_day: days, as_of: asOf } = results.data;
  return (
    <>
      <Panel title={t.results} note={t.asOf(time.full(asOf))} hint={t.resultHint}>
        <Advice results={results.data} isLive={experiment.status === "live"} />
        <dl className={styles.units}>
          {experiment.definition.arms.map((arm) => (
            <div key={arm.key}>
              <dt>{arm.name}</dt>
              <dd>
                <PeopleLink of={units[arm.key] ? drawnTo(experiment.experiment_id, arm.key) : null}>
                  {n.whole(units[arm.key] ?? 0)}
                </PeopleLink>
              </dd>
            </div>
          ))}
        </dl>
      </Panel>
      {outcomes.map((outcome, at) => (
        <Panel key={outcome.name} title={outcome.name} note={at === 0 ? t.primary : t.guardrails}>
          <OutcomePeople outcome={outcome} place={at} experiment={experiment} />
          <Outcome outcome={outcome} experiment={experiment} />
        </Panel>
      ))}
      {days.length > 1 && <Came results={results.data} experiment={experiment} />}
    </>
  );
}
