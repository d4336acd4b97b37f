import { Link } from "react-router";
import type { CardNumbers, DashboardCard, MetricRow, MetricSeries } from "@/api/types";
import { useAnswerView } from "@/shared/answers/answer-view";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTimeFormat } from "@/shared/format/time-format";
import { useLanguage } from "@/shared/i18n/language-context";
import { useTexts } from "@/shared/i18n/texts";
import { ChangeMark } from "@/shared/metrics/change-mark";
import { SeriesDrawing } from "@/shared/metrics/series-drawing";
import { Sparkline } from "@/shared/metrics/sparkline";
import { useValueFormat } from "@/shared/metrics/value-format";
import { Skeleton } from "@/shared/ui/skeleton";
import { dashboardsTexts } from "./dashboards-texts";
import styles from "./dashboards.module.css";

type MetricCard = Extract<DashboardCard, { kind: "metric" }>;

export interface Shown {
  card: DashboardCard;
  numbers: CardNumbers | undefined;
  /** What it is a card of, where it is one of a metric. */
  metric: MetricRow | undefined;
}

/** What a card is called: as somebody wrote, or as what it shows. */
export function useCardName({ card, numbers, metric }: Shown): string {
  const t = useTexts(dashboardsTexts);
  const { language } = useLanguage();
  if (card.kind === "text") return t.kinds.text;
  if (card.title) return card.title;
  if (card.kind === "metric") return metric?.definition[language] ?? t.kinds.metric;
  return numbers?.question?.name ?? numbers?.segment?.name ?? t.kinds[card.kind];
}

/** Where all of it can be seen. */
export function linkOf(card: DashboardCard, numbers: CardNumbers | undefined): string | null {
  if (card.kind === "metric") return `/numbers/${card.metric_id}`;
  if (card.kind === "segment") return `/segments/${card.segment_id}`;
  const question = numbers?.question?.question;
  return question ? `/insight/${question.kind}?q=${encodeURIComponent(JSON.stringify(question))}` : null;
}

function Figure({ metric, card, series }: { metric: MetricRow; card: MetricCard; series: MetricSeries }) {
  const t = useTexts(dashboardsTexts);
  const format = useValueFormat(metric.definition.unit, series.values);
  const time = useTimeFormat();
  const last = series.values.length - (series.is_partial && series.values.length > 1 ? 2 : 1);
  const day = series.days[last] ?? "";
  const said = card.grain === "month" ? time.month(day.slice(0, 7), true) : time.day(day);
  return (
    <div className={styles.figureLine}>
      <span className={`${styles.figure} num`}>{format.full(series.values[last])}</span>
      <ChangeMark
        after={series.values[last]}
        before={series.values[last - 1]}
        upIs={metric.definition.up_is}
      />
      <span className={styles.quiet} title={t.lastPeriod}>
        {said}
      </span>
      <Sparkline values={series.values} />
    </div>
  );
}

function Segment({ size }: { size: number | null }) {
  const t = useTexts(dashboardsTexts);
  const n = useNumberFormat();
  return (
    <div className={styles.figureLine}>
      <span className={`${styles.figure} num`}>{size === null ? "—" : n.whole(size)}</span>
      <span className={styles.quiet}>{t.people}</span>
    </div>
  );
}

interface CardBodyProps extends Shown {
  /** How much room there is for a picture. */
  height: number;
}

/** What stands on a card. */
export function CardBody({ card, numbers, metric, height }: CardBodyProps) {
  const t = useTexts(dashboardsTexts);
  const drawAnswer = useAnswerView();
  if (card.kind === "text") {
    return (
      <div className={styles.lines}>
        {card.lines.map((line, n) => (
          <p key={n}>{line}</p>
        ))}
      </div>
    );
  }
  if (numbers?.fault) {
    return (
      <p className={styles.quiet} role="alert">
        {t.fault}
        <br />
        {numbers.fault.message}
      </p>
    );
  }
  if (card.kind === "metric" && numbers?.series && metric) {
    return card.shows === "number" ? (
      <Figure metric={metric} card={card} series={numbers.series} />
    ) : (
      <SeriesDrawing
        metric={metric}
        series={numbers.series}
        grain={card.grain}
        height={Math.max(120, height - 84)}
      />
    );
  }
  if (numbers?.question) return drawAnswer(numbers.question);
  if (numbers?.segment) return <Segment size={numbers.segment.size} />;
  return <Skeleton height={Math.max(40, height - 60)} />;
}

/** The name of a card, as the way to all of it. */
export function CardName(shown: Shown) {
  const { card, numbers } = shown;
  const name = useCardName(shown);
  const to = linkOf(card, numbers);
  if (card.kind === "text") return null;
  return to ? <Link to={to}>{name}</Link> : name;
}
