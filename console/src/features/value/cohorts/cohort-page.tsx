import { RiseOutlined } from "@ant-design/icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Select } from "antd";
import { useState } from "react";
import { useNavigate } from "react-router";
import { cohortValuesQuery, findCohort, type CohortSince } from "@/api/cohorts";
import { createSegment } from "@/api/segments";
import type { CohortNumbers, CohortValues, MetricUnit } from "@/api/types";
import { Chart } from "@/shared/charts/chart";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTimeFormat } from "@/shared/format/time-format";
import { useTexts } from "@/shared/i18n/texts";
import { seriesOption, type DrawnLine } from "@/shared/metrics/series-option";
import { useValueFormat } from "@/shared/metrics/value-format";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { useTheme } from "@/shared/theme/theme-context";
import { tagColours } from "@/shared/theme/tokens";
import { EmptyState } from "@/shared/ui/empty-state";
import { ErrorState } from "@/shared/ui/error-state";
import { Hint } from "@/shared/ui/hint";
import { Panel } from "@/shared/ui/panel";
import { ScrollArea } from "@/shared/ui/scroll-area";
import { Skeleton } from "@/shared/ui/skeleton";
import { useNotices } from "@/shared/ui/use-notices";
import { cohortLine, SHOWS, type Show } from "./cohort-numbers";
import { cohortTexts } from "./cohort-texts";
import styles from "./cohort.module.css";

const SPANS = [6, 12, 24] as const;
const CURVES = 6;
const UNITS: Record<Show, MetricUnit> = {
  value: "money_fen",
  orders: "number",
  repeat: "ratio",
  active: "ratio",
};
const COLOURS = [
  tagColours.tagGrey,
  tagColours.tagTeal,
  tagColours.tagGreen,
  tagColours.tagBlue,
  tagColours.tagPurple,
  tagColours.tagOrange,
];
const WARMEST = 62;

interface PartProps {
  cohorts: readonly CohortNumbers[];
  show: Show;
}

function useMonthName() {
  const time = useTimeFormat();
  return (day: string) => time.month(day.slice(0, 7), true);
}

function Heat({ cohorts, show, since }: PartProps & { since: CohortSince }) {
  const t = useTexts(cohortTexts);
  const n = useNumberFormat();
  const may = useMay()(rights.writeSegments);
  const monthName = useMonthName();
  const format = useValueFormat(UNITS[show]);
  const money = useValueFormat("money_fen");
  const navigate = useNavigate();
  const notices = useNotices();
  const queryClient = useQueryClient();
  const open = useMutation({
    mutationFn: async (cohort: CohortNumbers) => {
      const { definition } = await findCohort(since, cohort.starts_on);
      return createSegment({ name: t.segmentName(monthName(cohort.starts_on)), definition });
    },
    onSuccess: async (made) => {
      await queryClient.invalidateQueries({ queryKey: ["segments"] });
      await navigate(`/segments/${made.segment_id}/edit`);
    },
    onError: notices.failed,
  });
  const lines = cohorts.map((cohort) => cohortLine(cohort, show));
  const most = Math.max(...lines.flat().map((value) => value ?? 0), 0);
  const length = Math.max(...lines.map((line) => line.length), 0);
  return (
    <ScrollArea>
      <table className={styles.heat} aria-label={t.title}>
        <thead>
          <tr>
            <th scope="col">{t.cohort}</th>
            <th scope="col">{t.customers}</th>
            <th scope="col">
              {t.cost} <Hint label={t.cost}>{t.costNote}</Hint>
            </th>
            <th scope="col">
              {t.payback} <Hint label={t.payback}>{t.paybackNote}</Hint>
            </th>
            {Array.from({ length }, (_, month) => (
              <th key={month} scope="col">
                {t.month(month)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {cohorts.map((cohort, place) => (
            <tr key={cohort.starts_on}>
              <th scope="row">
                {may && cohort.customers > 0 ? (
                  <button
                    type="button"
                    className={styles.lead}
                    title={t.people(monthName(cohort.starts_on))}
                    onClick={() => open.mutate(cohort)}
                  >
                    {monthName(cohort.starts_on)}
                  </button>
                ) : (
                  monthName(cohort.starts_on)
                )}
              </th>
              <td>{n.whole(cohort.customers)}</td>
              <td>{cohort.cost_fen === null ? t.unknown : money.full(cohort.cost_fen)}</td>
              <td>
                {cohort.cost_fen === null
                  ? t.unknown
                  : cohort.payback_month === null
                    ? t.notYet
                    : t.paidBack(cohort.payback_month)}
              </td>
              {lines[place]?.map((value, month) => (
                <td
                  key={month}
                  className={[
                    styles.warm,
                    show === "value" && month === cohort.payback_month ? styles.back : "",
                  ].join(" ")}
                  style={{
                    "--weight": `${most && value ? Math.round(Math.sqrt(value / most) * WARMEST) : 0}%`,
                  }}
                >
                  {format.short(value)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollArea>
  );
}

function Curves({ cohorts, show }: PartProps) {
  const t = useTexts(cohortTexts);
  const { colours } = useTheme();
  const monthName = useMonthName();
  const format = useValueFormat(UNITS[show]);
  const shown = cohorts.filter(({ customers }) => customers > 0).slice(-CURVES);
  const lines: DrawnLine[] = shown.map((cohort, place) => ({
    name: monthName(cohort.starts_on),
    colour: COLOURS[place % COLOURS.length] ?? colours.chartA,
    values: cohortLine(cohort, show),
  }));
  const length = Math.max(...lines.map(({ values }) => values.length), 0);
  const months = Array.from({ length }, (_, month) => String(month));
  return (
    <Panel title={t.curves} note={t.curvesNote}>
      <ul className={styles.legend}>
        {lines.map((line) => (
          <li key={line.name}>
            <i aria-hidden="true" style={{ "--colour": line.colour }} />
            {line.name}
          </li>
        ))}
      </ul>
      <Chart
        label={t.curvesLabel}
        height={280}
        option={seriesOption(months, lines, {
          format,
          colours,
          labelOf: (month) => t.month(Number(month)),
        })}
      />
    </Panel>
  );
}

function Answer({ values, show }: { values: CohortValues; show: Show }) {
  const t = useTexts(cohortTexts);
  const cohorts = values.rows;
  if (cohorts.every(({ customers }) => customers === 0)) {
    return (
      <Panel>
        <EmptyState icon={<RiseOutlined aria-hidden />} title={t.empty} />
      </Panel>
    );
  }
  return (
    <div className={styles.stack}>
      <Panel title={t.shows[show]} note={`${t.notes[show]} ${t.partial}`}>
        <Heat cohorts={cohorts} show={show} since={values.since} />
      </Panel>
      <Curves cohorts={cohorts} show={show} />
    </div>
  );
}

/** What customers who came in the same month paid since, against what they had cost. */
export function CohortPage() {
  const t = useTexts(cohortTexts);
  const [since, setSince] = useState<CohortSince>("first_order");
  const [months, setMonths] = useState<number>(12);
  const [show, setShow] = useState<Show>("value");
  const { data, error, refetch } = useQuery(cohortValuesQuery(since, months));
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  return (
    <>
      <div className={styles.toolbar}>
        <Select<CohortSince>
          aria-label={t.since}
          style={{ minWidth: 170 }}
          value={since}
          onChange={setSince}
          options={(["first_order", "added"] as const).map((value) => ({ value, label: t.sinces[value] }))}
        />
        <Select
          aria-label={t.span}
          style={{ minWidth: 130 }}
          value={months}
          onChange={setMonths}
          options={SPANS.map((value) => ({ value, label: t.months(value) }))}
        />
        <Select<Show>
          aria-label={t.show}
          style={{ minWidth: 190 }}
          value={show}
          onChange={setShow}
          options={SHOWS.map((value) => ({ value, label: t.shows[value] }))}
        />
      </div>
      {data ? <Answer values={data} show={show} /> : <Skeleton height={360} />}
    </>
  );
}
