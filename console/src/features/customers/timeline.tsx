import { HistoryOutlined, RightOutlined } from "@ant-design/icons";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { timelineQuery } from "@/api/customers";
import { journeySource, ladderSource, segmentSource } from "@/api/sources";
import type { TimelineEvent } from "@/api/types";
import { useNumberFormat } from "@/shared/format/number-format";
import { presentMs } from "@/shared/format/present";
import { businessDay, useTimeFormat } from "@/shared/format/time-format";
import { useCurrency } from "@/shared/format/use-currency";
import { useLanguage } from "@/shared/i18n/language-context";
import { useTexts } from "@/shared/i18n/texts";
import { useVocabulary } from "@/shared/i18n/vocabulary";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { EmptyState } from "@/shared/ui/empty-state";
import { ErrorState } from "@/shared/ui/error-state";
import { LoadMore } from "@/shared/ui/load-more";
import { Panel } from "@/shared/ui/panel";
import { SkeletonLines } from "@/shared/ui/skeleton";
import { useNamed } from "@/shared/ui/picker";
import { activityTexts } from "./activity-texts";
import { customersTexts } from "./customers-texts";
import { iconOf, sentenceOf, type NamesInEvents } from "./event-line";
import { TimelineFilters, useTimelineFilter } from "./timeline-filters";
import styles from "./timeline.module.css";

const DAY_MS = 86_400_000;

export function groupByDay(events: readonly TimelineEvent[]): (readonly [string, TimelineEvent[]])[] {
  const groups = new Map<string, TimelineEvent[]>();
  for (const event of events) {
    const day = businessDay(event.occurred_at);
    const group = groups.get(day);
    if (group) group.push(event);
    else groups.set(day, [event]);
  }
  return [...groups];
}

function useDayName() {
  const t = useTexts(customersTexts);
  const time = useTimeFormat();
  return (day: string, at: string) => {
    const now = presentMs();
    if (day === businessDay(new Date(now).toISOString())) return t.today;
    if (day === businessDay(new Date(now - DAY_MS).toISOString())) return t.yesterday;
    return time.day(at);
  };
}

function Properties({ event }: { event: TimelineEvent }) {
  const t = useTexts(customersTexts);
  const vocabulary = useVocabulary();
  const n = useNumberFormat();
  const currency = useCurrency();
  const properties = Object.entries(event.properties);
  const shown = (name: string, value: unknown) =>
    name.endsWith("_fen") && typeof value === "number" ? n.money(value, currency) : vocabulary.value(value);
  return (
    <div className={styles.properties}>
      <p className={styles.origin}>
        <code>{event.name}</code> · {t.from(event.source)}
      </p>
      {properties.length === 0 && <p>{t.noProperties}</p>}
      <dl>
        {properties.map(([name, value]) => (
          <div key={name}>
            <dt title={name}>{vocabulary.say("attributes", name)}</dt>
            <dd>{shown(name, value)}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

function EventRow({ event, sentence }: { event: TimelineEvent; sentence: string }) {
  const time = useTimeFormat();
  const [open, setOpen] = useState(false);
  return (
    <li className={styles.event}>
      <button type="button" className={styles.line} aria-expanded={open} onClick={() => setOpen(!open)}>
        <span className={styles.icon} aria-hidden="true">
          {iconOf(event.name)}
        </span>
        <span className={styles.sentence}>{sentence}</span>
        <time dateTime={event.occurred_at} title={time.full(event.occurred_at)} className={styles.clock}>
          {time.clock(event.occurred_at)}
        </time>
        <RightOutlined aria-hidden className={open ? `${styles.arrow} ${styles.open}` : styles.arrow} />
      </button>
      {open && <Properties event={event} />}
    </li>
  );
}

/** What events tell by id, called by its name. */
function useNamesInEvents(events: readonly TimelineEvent[]): NamesInEvents {
  const may = useMay();
  const { language } = useLanguage();
  const idsOf = (property: string) =>
    events.flatMap(({ properties: { [property]: id } }) => (typeof id === "number" ? id : []));
  const segments = useNamed(segmentSource, idsOf("segment_id"), may(rights.readSegments));
  const journeys = useNamed(journeySource, idsOf("journey_id"), may(rights.readJourneys));
  const ladders = useNamed(ladderSource, idsOf("ladder_id"), may(rights.readLadders));
  return {
    segment: (id) => segments.get(id)?.name,
    journey: (id) => journeys.get(id)?.name,
    stage: (ladderId, stage) =>
      ladders.get(ladderId)?.definition.stages.find(({ key }) => key === stage)?.[language],
  };
}

/** What a customer did and what was done for them, newest first, by business day. */
export function Timeline({ customerId }: { customerId: number }) {
  const t = useTexts(customersTexts);
  const n = useNumberFormat();
  const vocabulary = useVocabulary();
  const currency = useCurrency();
  const dayName = useDayName();
  const words = useTexts(activityTexts);
  const asked = useTimelineFilter();
  const list = useInfiniteQuery(timelineQuery(customerId, asked.filter));
  const events = list.data?.pages.flatMap((page) => page.rows);
  const saying = { t, n, vocabulary, currency, names: useNamesInEvents(events ?? []) };
  const [met, setMet] = useState<readonly string[]>([]);
  const fresh = events?.map(({ source }) => source).filter((each) => !met.includes(each)) ?? [];
  // What was met once stays on offer while the list is narrowed.
  if (fresh.length > 0) setMet([...new Set([...met, ...fresh])].sort());
  return (
    <Panel title={t.timeline} flush>
      <TimelineFilters asked={asked} sources={met} />
      {list.error && !events ? (
        <ErrorState compact error={list.error} onRetry={() => void list.refetch()} />
      ) : !events ? (
        <div className={styles.waiting}>
          <SkeletonLines lines={8} />
        </div>
      ) : events.length === 0 ? (
        <EmptyState
          compact
          icon={<HistoryOutlined aria-hidden />}
          title={asked.isFiltered ? words.noMatch : t.noEvents}
          text={asked.isFiltered ? words.noMatchText : t.noEventsText}
        />
      ) : (
        <div className={styles.days}>
          {groupByDay(events).map(([day, group]) => (
            <section key={day}>
              <h3 className={styles.day}>{dayName(day, group[0]?.occurred_at ?? day)}</h3>
              <ol className={styles.events}>
                {group.map((event) => (
                  <EventRow key={event.event_id} event={event} sentence={sentenceOf(event, saying)} />
                ))}
              </ol>
            </section>
          ))}
        </div>
      )}
      <LoadMore query={list} />
    </Panel>
  );
}
