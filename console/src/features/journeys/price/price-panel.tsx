import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import type { JourneySubject } from "@/api/journey-document";
import { journeyPriceQuery, type JourneyPrice } from "@/api/journey-improving";
import { journeyQuery } from "@/api/journeys";
import { useNumberFormat } from "@/shared/format/number-format";
import { useCurrency } from "@/shared/format/use-currency";
import { useTexts } from "@/shared/i18n/texts";
import { useVocabulary } from "@/shared/i18n/vocabulary";
import { SkeletonLines } from "@/shared/ui/skeleton";
import { portText, titleOf } from "../node-summary";
import { nodeTexts } from "../node-texts";
import { nodeOf, portsOf } from "../ports";
import { priceTexts } from "./price-texts";
import styles from "./price.module.css";

/** A mean in whole things: one decimal where there are few. */
function useMean() {
  const n = useNumberFormat();
  return (value: number) => (value > 0 && value < 10 ? String(Math.round(value * 10) / 10) : n.whole(value));
}

function Caps({ price }: { price: JourneyPrice }) {
  const t = useTexts(priceTexts);
  const { per_day: day, per_week: week, per_month: month } = price.caps;
  const told = [
    day !== null && t.capDay(day),
    week !== null && t.capWeek(week),
    month !== null && t.capMonth(month),
  ].filter((text) => text !== false);
  return <>{told.length > 0 ? t.caps(told.join(" · ")) : t.noCap}</>;
}

function Losses({ losses }: { losses: NonNullable<JourneyPrice["losses"]> }) {
  const t = useTexts(priceTexts);
  const n = useNumberFormat();
  const mean = useMean();
  const isKnown = losses.expected !== null;
  return (
    <div>
      <dt>{t.losses}</dt>
      <dd>{losses.expected !== null ? t.lossesOf(mean(losses.expected)) : t.lossesUnknown}</dd>
      <dd className={styles.small}>
        {isKnown
          ? t.lossesNote(n.whole(losses.messages), n.whole(losses.lost))
          : t.lossesFew(n.whole(losses.messages))}
      </dd>
    </div>
  );
}

function Figures({ price, subject }: { price: JourneyPrice; subject: JourneySubject }) {
  const t = useTexts(priceTexts);
  const n = useNumberFormat();
  const mean = useMean();
  const currency = useCurrency();
  const vocabulary = useVocabulary();
  const count = (value: number) => (subject === "customer" ? t.people(mean(value)) : t.groups(mean(value)));
  const messages = price.channels.reduce((sum, each) => sum + each.messages, 0);
  const hasMessages = price.channels.length > 0;
  const extra = [
    { label: t.groupPosts, value: price.group_messages, text: t.posts },
    { label: t.moments, value: price.moments, text: t.posts },
    { label: t.coupons, value: price.coupons, text: t.codes },
  ].filter(({ value }) => value > 0);
  return (
    <dl className={styles.numbers}>
      <div>
        <dt>{t.now}</dt>
        <dd>{count(price.now)}</dd>
        <dd className={styles.small}>
          {t.perDay} {count(price.per_day)}
        </dd>
      </div>
      {hasMessages && (
        <div>
          <dt>{t.messages}</dt>
          <dd>{mean(messages)}</dd>
          <dd className={styles.small}>
            {price.channels
              .map((each) => t.byChannel(vocabulary.say("channels", each.channel), mean(each.messages)))
              .join(" · ")}
          </dd>
        </div>
      )}
      {extra.map(({ label, value, text }) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{text(mean(value))}</dd>
        </div>
      ))}
      <div>
        <dt>{t.minutes}</dt>
        <dd>{t.minutesOf(n.whole(Math.ceil(price.staff_minutes)))}</dd>
        <dd className={styles.small}>
          {t.minutesNote(mean(price.tasks), price.minutes_per_task, mean(price.confirmations))}
        </dd>
      </div>
      {hasMessages && (
        <div>
          <dt>{t.cost}</dt>
          <dd>{n.money(Math.round(price.cost_fen), currency)}</dd>
        </div>
      )}
      {subject === "customer" && (
        <div>
          <dt>{t.most}</dt>
          <dd>{t.mostOf(price.most)}</dd>
          <dd className={styles.small}>
            {t.mostNote(price.most_in_30)} · <Caps price={price} />
          </dd>
        </div>
      )}
      {price.losses && <Losses losses={price.losses} />}
    </dl>
  );
}

/** What a journey would come to if it were published now; each number says where it comes from. */
export function PricePanel({
  journeyId,
  which = "draft",
}: {
  journeyId: number;
  which?: "draft" | "in_force";
}) {
  const t = useTexts(priceTexts);
  const words = useTexts(nodeTexts);
  const n = useNumberFormat();
  const { data: price, error, refetch } = useQuery(journeyPriceQuery(journeyId, which));
  const { data: journey } = useQuery(journeyQuery(journeyId));
  const document = (price?.is_draft ? journey?.draft_definition : null) ?? journey?.definition;
  if (error) {
    return (
      <p className={styles.small} role="alert">
        {t.broken}{" "}
        <Button size="small" type="link" onClick={() => void refetch()}>
          {t.retry}
        </Button>
      </p>
    );
  }
  if (!price || !document) {
    return (
      <div role="status" aria-label={t.working}>
        <SkeletonLines lines={5} />
      </div>
    );
  }
  return (
    <section className={styles.price} aria-label={t.title}>
      <p className={styles.small}>{t.note(price.days)}</p>
      <Figures price={price} subject={document.subject} />
      <ul className={styles.notes}>
        {[...new Set(price.sources)].map((source) => (
          <li key={source}>{t.sources[source]}</li>
        ))}
        {!price.is_whole && <li>{t.notWhole}</li>}
      </ul>
      {price.ways.length > 0 && (
        <details className={styles.ways}>
          <summary>{t.ways}</summary>
          <ul>
            {price.ways.map((way) => {
              const node = nodeOf(document, way.key);
              if (!node) return null;
              const told = portsOf(node).map(
                (port, at) =>
                  `${portText(node, port, words) ?? words.ports.next} ${n.share(way.shares[at] ?? 0)}`,
              );
              return (
                <li key={way.key}>
                  <b>{titleOf(node, words)}</b> {told.join(" · ")}
                  <span className={styles.small}> {t.waySources[way.source]}</span>
                </li>
              );
            })}
          </ul>
        </details>
      )}
    </section>
  );
}
