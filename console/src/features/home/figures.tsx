import type { Summary } from "@/api/types";
import { useNumberFormat, type NumberFormat } from "@/shared/format/number-format";
import { useLanguage } from "@/shared/i18n/language-context";
import { useTexts } from "@/shared/i18n/texts";
import { Hint } from "@/shared/ui/hint";
import { Skeleton } from "@/shared/ui/skeleton";
import { homeTexts, type HomeTexts } from "./home-texts";
import styles from "./figures.module.css";

interface Figure {
  name: keyof HomeTexts["metrics"];
  /** The server's name of the metric, under which its definition stands. */
  metric: string;
  value: string;
  note: string;
}

function figuresOf(summary: Summary, t: HomeTexts, n: NumberFormat): Figure[] {
  const { customers, buyers, orders, revenue_fen: revenue, currency } = summary;
  const ofCustomers = (count: number) => (customers ? t.ofCustomers(n.share(count / customers)) : "—");
  const each = (count: number, words: (money: string) => string) =>
    count ? words(n.money(Math.round(revenue / count), currency)) : "—";
  return [
    {
      name: "customers",
      metric: "customers",
      value: n.whole(customers),
      note: t.newCustomers(n.whole(summary.new_customers_30d)),
    },
    {
      name: "active",
      metric: "active_30d",
      value: n.whole(summary.active_30d),
      note: ofCustomers(summary.active_30d),
    },
    { name: "buyers", metric: "buyers", value: n.whole(buyers), note: ofCustomers(buyers) },
    {
      name: "revenue",
      metric: "revenue_fen",
      // Written out while it fits the card; the exact sum stays one hover away.
      value: revenue < 1_000_000_000 ? n.money(revenue, currency) : n.moneyShort(revenue, currency),
      note: each(buyers, t.perBuyer),
    },
    { name: "orders", metric: "orders", value: n.whole(orders), note: each(orders, t.averageOrder) },
    {
      name: "repeatRate",
      metric: "repeat_rate",
      value: n.share(summary.repeat_rate),
      note: t.repeatBuyers(n.whole(summary.repeat_buyers)),
    },
  ];
}

const PLACES = 6;

export function Figures({ summary }: { summary: Summary | undefined }) {
  const t = useTexts(homeTexts);
  const { language } = useLanguage();
  const n = useNumberFormat();
  if (!summary) {
    return (
      <div className={styles.figures} aria-busy="true">
        {Array.from({ length: PLACES }, (_, place) => (
          <div key={place} className={styles.figure}>
            <Skeleton width={72} />
            <Skeleton width={120} height={30} />
            <Skeleton width={96} />
          </div>
        ))}
      </div>
    );
  }
  return (
    <dl className={styles.figures}>
      {figuresOf(summary, t, n).map(({ name, metric, value, note }) => {
        const definition = summary.definitions[metric]?.[language];
        return (
          <div key={name} className={styles.figure}>
            <dt className={styles.name}>
              {t.metrics[name]}
              {definition && <Hint label={t.definitionOf(t.metrics[name])}>{definition}</Hint>}
            </dt>
            <dd
              className={styles.value}
              title={name === "revenue" ? n.money(summary.revenue_fen, summary.currency) : undefined}
            >
              {value}
            </dd>
            <dd className={styles.note}>{note}</dd>
          </div>
        );
      })}
    </dl>
  );
}
