import { useMemo } from "react";
import { Link } from "react-router";
import type { ReviewMetric, ReviewNumbers } from "@/api/types";
import { Chart } from "@/shared/charts/chart";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTimeFormat } from "@/shared/format/time-format";
import { useLanguage } from "@/shared/i18n/language-context";
import { useTexts } from "@/shared/i18n/texts";
import { ChangeMark } from "@/shared/metrics/change-mark";
import { ChangeTree } from "@/shared/metrics/change-tree";
import { seriesOption, type DrawnLine } from "@/shared/metrics/series-option";
import { useValueFormat } from "@/shared/metrics/value-format";
import { useTheme } from "@/shared/theme/theme-context";
import { DataTable, type Column } from "@/shared/ui/data-table";
import { Panel } from "@/shared/ui/panel";
import { StatusTag } from "@/shared/ui/status-tag";
import { reviewsTexts } from "./reviews-texts";
import styles from "./reviews.module.css";

const HEIGHT = 200;

function Value({ metric, of }: { metric: ReviewMetric; of: "value" | "before" | "target" }) {
  const format = useValueFormat(metric.unit, [metric.value, metric.before, metric.target]);
  return <span className="num">{format.full(metric[of])}</span>;
}

/** What came of it, beside what it was to come to and what was before. */
export function ResultsPanel({ numbers }: { numbers: ReviewNumbers }) {
  const t = useTexts(reviewsTexts);
  const { language } = useLanguage();
  const n = useNumberFormat();
  const time = useTimeFormat();
  const money = useValueFormat("money_fen");
  const columns: Column<ReviewMetric>[] = [
    {
      key: "metric",
      title: t.metric,
      cell: (row) => <Link to={`/numbers/${row.metric_id}`}>{row[language]}</Link>,
    },
    { key: "actual", title: t.actual, align: "end", cell: (row) => <Value metric={row} of="value" /> },
    {
      key: "target",
      title: t.target,
      align: "end",
      from: "medium",
      cell: (row) => <Value metric={row} of="target" />,
    },
    {
      key: "reached",
      title: t.reached,
      align: "end",
      cell: (row) => (row.target && row.value !== null ? n.share(row.value / row.target) : "—"),
    },
    {
      key: "before",
      title: t.before,
      align: "end",
      from: "medium",
      cell: (row) => <Value metric={row} of="before" />,
    },
    {
      key: "change",
      title: t.change,
      align: "end",
      cell: (row) => <ChangeMark after={row.value} before={row.before} upIs={row.up_is} />,
    },
  ];
  return (
    <Panel
      flush
      title={t.results}
      note={t.beforeNote(time.day(numbers.before_begins_on), time.day(numbers.before_ends_on))}
    >
      {numbers.metrics.length === 0 ? (
        <p className={`${styles.quiet} ${styles.inset}`}>{t.noMetrics}</p>
      ) : (
        <DataTable label={t.results} columns={columns} rows={numbers.metrics} rowKey={(row) => row.key} />
      )}
      {numbers.planned_fen !== null && (
        <p className={`${styles.quiet} ${styles.inset}`}>
          {t.budget(money.full(numbers.planned_fen), money.full(numbers.spent_fen))}
        </p>
      )}
    </Panel>
  );
}

function Trend({ metric }: { metric: ReviewMetric }) {
  const t = useTexts(reviewsTexts);
  const { language } = useLanguage();
  const { colours } = useTheme();
  const time = useTimeFormat();
  const format = useValueFormat(
    metric.unit,
    metric.trend.flatMap(({ value, before }) => [value, before]),
  );
  const days = metric.trend.map(({ day }) => day);
  const option = useMemo(
    () => {
      const lines: DrawnLine[] = [
        { name: t.now, colour: colours.chartA, values: metric.trend.map(({ value }) => value) },
        {
          name: t.before,
          colour: colours.inkFaint,
          values: metric.trend.map(({ before }) => before),
          isDashed: true,
        },
      ];
      const labelOf = (day: string) =>
        metric.grain === "month" ? time.month(day.slice(0, 7), false) : time.day(day);
      return seriesOption(days, lines, { format, colours, labelOf });
    },
    // What is drawn follows from these alone.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [metric, colours, language],
  );
  return (
    <figure>
      <figcaption>{metric[language]}</figcaption>
      <Chart label={t.trendOf(metric[language])} option={option} height={HEIGHT} />
    </figure>
  );
}

/** How the metrics went, beside how they went before. */
export function TrendPanel({ numbers }: { numbers: ReviewNumbers }) {
  const t = useTexts(reviewsTexts);
  const drawn = numbers.metrics.filter(({ trend }) => trend.length > 1);
  if (drawn.length === 0) return null;
  return (
    <Panel title={t.trend} note={t.trendNote}>
      <div className={styles.trends}>
        {drawn.map((metric) => (
          <Trend key={metric.key} metric={metric} />
        ))}
      </div>
    </Panel>
  );
}

/** What made the difference, for those metrics that are made of others. */
export function CausesPanel({ numbers }: { numbers: ReviewNumbers }) {
  const t = useTexts(reviewsTexts);
  const causes = numbers.metrics.flatMap(({ key, cause }) => (cause ? [{ key, cause }] : []));
  if (causes.length === 0) return null;
  return (
    <Panel title={t.causes} note={t.causesNote}>
      <div className={styles.causes}>
        {causes.map(({ key, cause }) => (
          <ChangeTree key={key} root={cause} />
        ))}
      </div>
    </Panel>
  );
}

const HOMES = { journey: "/journeys", messages: "/journeys", experiment: "/experiments", form: "/forms" };

/** What customers met in these days. */
export function DonePanel({ numbers }: { numbers: ReviewNumbers }) {
  const t = useTexts(reviewsTexts);
  const n = useNumberFormat();
  return (
    <Panel title={t.done} note={t.doneNote}>
      {numbers.done.length === 0 ? (
        <p className={styles.quiet}>{t.nothingDone}</p>
      ) : (
        <ul className={styles.done}>
          {numbers.done.map((each) => (
            <li key={`${each.kind} ${each.definition_id}`}>
              <span>
                <span className={styles.quiet}>{t.kinds[each.kind]} </span>
                <Link to={`${HOMES[each.kind]}/${each.definition_id}`}>{each.name}</Link>
              </span>
              <span className={styles.line}>
                {each.ended && <StatusTag tone="quiet">{t.ended}</StatusTag>}
                {each.times > 0 && (
                  <span className={styles.quiet}>
                    {t.doneTimes(n.whole(each.customers), n.whole(each.times))}
                  </span>
                )}
              </span>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
