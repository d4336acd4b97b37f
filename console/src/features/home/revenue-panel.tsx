import { BarChartOutlined } from "@ant-design/icons";
import { Select } from "antd";
import { useCallback, useEffect, useMemo } from "react";
import { useNavigate } from "react-router";
import type { Summary } from "@/api/types";
import { Chart, expectChart } from "@/shared/charts/chart";
import { buyersIn, peopleWith, useSeesPeople } from "@/shared/customers/people-behind";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTimeFormat } from "@/shared/format/time-format";
import { useLanguage } from "@/shared/i18n/language-context";
import { useTexts } from "@/shared/i18n/texts";
import { useTheme } from "@/shared/theme/theme-context";
import { EmptyState } from "@/shared/ui/empty-state";
import { Panel } from "@/shared/ui/panel";
import { Skeleton } from "@/shared/ui/skeleton";
import { homeTexts } from "./home-texts";
import { revenueOption } from "./revenue-option";
import styles from "./revenue-panel.module.css";

const HEIGHT = 280;

/** The same figures as words, for those who cannot see the picture. */
function RevenueTable({ summary }: { summary: Summary }) {
  const t = useTexts(homeTexts);
  const n = useNumberFormat();
  const time = useTimeFormat();
  return (
    <table className="visually-hidden">
      <caption>{t.byMonth}</caption>
      <thead>
        <tr>
          <th scope="col">{t.month}</th>
          <th scope="col">{t.revenue}</th>
          <th scope="col">{t.buyers}</th>
        </tr>
      </thead>
      <tbody>
        {summary.revenue_by_month.map((month) => (
          <tr key={month.month}>
            <th scope="row">{time.month(month.month, true)}</th>
            <td>{n.money(month.revenue_fen, summary.currency)}</td>
            <td>{n.whole(month.buyers)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The way from a month to whoever paid in it; none for those who may not see people. */
function useBuyersOfMonth({ revenue_by_month: rows }: Summary) {
  const n = useNumberFormat();
  const time = useTimeFormat();
  const sees = useSeesPeople();
  const t = useTexts(homeTexts);
  const navigate = useNavigate();
  const open = useCallback(
    (index: number) => {
      const row = rows[index];
      if (row) void navigate(peopleWith(buyersIn(row.month), "revenue"));
    },
    [rows, navigate],
  );
  const months = rows
    .map((row, value) => ({
      value,
      label: `${time.month(row.month, true)} · ${t.people(n.whole(row.buyers))}`,
    }))
    .reverse();
  return { open: sees ? open : undefined, months };
}

function RevenueChart({ summary }: { summary: Summary }) {
  const t = useTexts(homeTexts);
  const n = useNumberFormat();
  const time = useTimeFormat();
  const { colours } = useTheme();
  const option = useMemo(
    () => revenueOption(summary, { t, n, time, colours }),
    [summary, t, n, time, colours],
  );
  const { open, months } = useBuyersOfMonth(summary);
  return (
    <>
      <Chart label={t.byMonthLabel} option={option} height={HEIGHT} onPick={open} />
      <RevenueTable summary={summary} />
      {open && (
        <Select<number>
          size="small"
          className={styles.months ?? ""}
          aria-label={t.buyersOfMonth}
          placeholder={t.buyersOfMonth}
          options={months}
          onChange={open}
        />
      )}
    </>
  );
}

export function RevenuePanel({ summary }: { summary: Summary | undefined }) {
  const t = useTexts(homeTexts);
  const { language } = useLanguage();
  useEffect(expectChart, []);
  const legend = (
    <ul className={styles.legend} aria-hidden="true">
      <li className={styles.bar}>{t.revenue}</li>
      <li className={styles.line}>{t.buyers}</li>
    </ul>
  );
  return (
    <Panel title={t.byMonth} hint={summary?.definitions.revenue_by_month?.[language]} extra={legend}>
      {!summary ? (
        <Skeleton height={HEIGHT} />
      ) : summary.revenue_by_month.length === 0 ? (
        <EmptyState
          compact
          icon={<BarChartOutlined aria-hidden />}
          title={t.noRevenue}
          text={t.noRevenueText}
        />
      ) : (
        <RevenueChart summary={summary} />
      )}
    </Panel>
  );
}
