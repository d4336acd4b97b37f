import { BarChartOutlined } from "@ant-design/icons";
import { useEffect } from "react";
import type { Summary } from "@/api/types";
import { Chart } from "@/shared/charts/chart";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTimeFormat } from "@/shared/format/time-format";
import { useLanguage } from "@/shared/i18n/language-context";
import { useTexts } from "@/shared/i18n/texts";
import { EmptyState } from "@/shared/ui/empty-state";
import { later } from "@/shared/ui/later";
import { Panel } from "@/shared/ui/panel";
import { Skeleton } from "@/shared/ui/skeleton";
import { homeTexts } from "./home-texts";
import styles from "./revenue-panel.module.css";

const HEIGHT = 280;

// The numbers of the day are read while what draws is still on its way.
const RevenueChart = later<{ summary: Summary; height: number }>(
  async () => (await import("./revenue-chart")).RevenueChart,
  ({ height }) => <Skeleton height={height} />,
);

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

export function RevenuePanel({ summary }: { summary: Summary | undefined }) {
  const t = useTexts(homeTexts);
  const { language } = useLanguage();
  useEffect(() => Chart.expect(), []);
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
        <>
          <RevenueChart summary={summary} height={HEIGHT} />
          <RevenueTable summary={summary} />
        </>
      )}
    </Panel>
  );
}
