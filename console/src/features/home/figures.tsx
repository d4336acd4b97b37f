import { Link } from "react-router";
import type { Summary } from "@/api/types";
import {
  activeWithin,
  buyersOf,
  metWithin,
  peopleWith,
  useSeesPeople,
} from "@/shared/customers/people-behind";
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
  /** The people behind it, as a list. */
  to: string;
  /** Those behind the note, where they are others. */
  noteTo?: string;
}

const DAYS_RECENT = 30;

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
      to: "/customers",
      noteTo: peopleWith(metWithin(DAYS_RECENT)),
    },
    {
      name: "active",
      metric: "active_30d",
      value: n.whole(summary.active_30d),
      note: ofCustomers(summary.active_30d),
      to: peopleWith(activeWithin(DAYS_RECENT), "last_seen"),
    },
    {
      name: "buyers",
      metric: "buyers",
      value: n.whole(buyers),
      note: ofCustomers(buyers),
      to: peopleWith(buyersOf(1)),
    },
    {
      name: "revenue",
      metric: "revenue_fen",
      // Written out while it fits the card; the exact sum stays one hover away.
      value: revenue < 1_000_000_000 ? n.money(revenue, currency) : n.moneyShort(revenue, currency),
      note: each(buyers, t.perBuyer),
      to: peopleWith(buyersOf(1), "revenue"),
    },
    {
      name: "orders",
      metric: "orders",
      value: n.whole(orders),
      note: each(orders, t.averageOrder),
      to: peopleWith(buyersOf(1), "orders"),
    },
    {
      name: "repeatRate",
      metric: "repeat_rate",
      value: n.share(summary.repeat_rate),
      note: t.repeatBuyers(n.whole(summary.repeat_buyers)),
      to: peopleWith(buyersOf(2)),
    },
  ];
}

const PLACES = 6;

export function Figures({ summary }: { summary: Summary | undefined }) {
  const t = useTexts(homeTexts);
  const { language } = useLanguage();
  const n = useNumberFormat();
  const seesPeople = useSeesPeople();
  const linked = (text: string, to: string | undefined) =>
    seesPeople && to ? <Link to={to}>{text}</Link> : text;
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
      {figuresOf(summary, t, n).map(({ name, metric, value, note, to, noteTo }) => {
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
              {linked(value, to)}
            </dd>
            <dd className={styles.note}>{linked(note, noteTo)}</dd>
          </div>
        );
      })}
    </dl>
  );
}
