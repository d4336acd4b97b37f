import { useMutation, useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useNavigate } from "react-router";
import { findPeople, seriesQuery } from "@/api/metrics";
import { createSegment } from "@/api/segments";
import { metricSource } from "@/api/sources";
import type { MetricBreakdown, MetricGrain, MetricRow } from "@/api/types";
import { useLanguage } from "@/shared/i18n/language-context";
import { useTexts } from "@/shared/i18n/texts";
import { useValueFormat } from "@/shared/metrics/value-format";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { useNamed } from "@/shared/ui/picker";
import { useNotices } from "@/shared/ui/use-notices";
import { metricsTexts } from "./metrics-texts";
import { moved } from "./periods";
import styles from "./metrics.module.css";

/** One number of a metric: of a period, and of one group where one is chosen. */
export interface OneNumber {
  grain: MetricGrain;
  since: string;
  breakdown: MetricBreakdown | null;
  /** Its key; empty for those of whom nothing is known, null for all together. */
  group: string | null;
  groupName: string | null;
}

const lastDay = ({ since, grain }: OneNumber) => moved(moved(since, grain, 1), "day", -1);

/** To the customers whom a number counts. */
function PeopleButton({ metric, number }: { metric: MetricRow; number: OneNumber }) {
  const t = useTexts(metricsTexts);
  const { language } = useLanguage();
  const notices = useNotices();
  const navigate = useNavigate();
  const name = metric.definition[language];
  const find = useMutation({
    mutationFn: async () => {
      const until = lastDay(number);
      const { definition } = await findPeople(metric.metric_id, {
        since_on: number.since,
        until_on: until,
        breakdown: number.group === null ? null : number.breakdown,
        group: number.group,
      });
      const told = [name, number.groupName].filter(Boolean).join(" · ");
      return createSegment({ name: t.segmentName(told, number.since, until), definition });
    },
    onSuccess: (made) => navigate(`/segments/${made.segment_id}/edit`),
    onError: notices.failed,
  });
  return (
    <Button size="small" title={name} loading={find.isPending} onClick={() => find.mutate()}>
      {t.people}
    </Button>
  );
}

function useValue(metric: MetricRow, { grain, since, breakdown, group }: OneNumber) {
  const format = useValueFormat(metric.definition.unit);
  const { data, isPlaceholderData } = useQuery(
    seriesQuery(metric.metric_id, {
      grain,
      since_on: since,
      until_on: since,
      breakdown: group === null ? null : breakdown,
      compares: false,
    }),
  );
  if (!data || isPlaceholderData) return "…";
  const kind = group === "" ? "missing" : "value";
  const line = data.lines.find((each) => each.group.kind === kind && each.group.key === group);
  return format.full(group === null ? data.values[0] : line?.values[0]);
}

/** A metric that a number is made of, and where it leads. */
function PartRow({ metric, number }: { metric: MetricRow; number: OneNumber }) {
  const { language } = useLanguage();
  const value = useValue(metric, number);
  return (
    <li>
      <div className={styles.part}>
        <span className={styles.partName}>{metric.definition[language]}</span>
        <strong className={styles.partValue}>{value}</strong>
        {metric.definition.of.kind !== "formula" && <Leads metric={metric} number={number} />}
      </div>
      {metric.definition.of.kind === "formula" && <Leads metric={metric} number={number} />}
    </li>
  );
}

/** What a formula says, and each metric in it. */
function Parts({ metric, number }: { metric: MetricRow; number: OneNumber }) {
  const t = useTexts(metricsTexts);
  const { language } = useLanguage();
  const parts = useNamed(metricSource, Object.values(metric.parts));
  return (
    <div className={styles.madeOf}>
      <span className={styles.formula}>= {language === "zh" ? metric.sentence_zh : metric.sentence_en}</span>
      <ul className={styles.parts} aria-label={t.madeOf(metric.definition[language])}>
        {Object.values(metric.parts).map((id) => {
          const part = parts.get(id);
          return part && <PartRow key={id} metric={part} number={number} />;
        })}
      </ul>
    </div>
  );
}

/** Where a number leads: to the people it counts, or to the numbers that it is made of, and from each of them on. */
export function Leads({ metric, number }: { metric: MetricRow; number: OneNumber }) {
  const t = useTexts(metricsTexts);
  const may = useMay();
  const { of } = metric.definition;
  if (of.kind === "formula") return <Parts metric={metric} number={number} />;
  if (of.kind === "costs") return <span className={styles.quiet}>{t.nobodys}</span>;
  return may(rights.writeSegments) && <PeopleButton metric={metric} number={number} />;
}
