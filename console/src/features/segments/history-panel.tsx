import { LineChartOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Segmented } from "antd";
import { useEffect, useMemo, useState } from "react";
import { segmentHistoryQuery } from "@/api/segments";
import type { Segment, SizeAt } from "@/api/types";
import { Chart } from "@/shared/charts/chart";
import { useNumberFormat } from "@/shared/format/number-format";
import { presentMs } from "@/shared/format/present";
import { businessDay, useTimeFormat } from "@/shared/format/time-format";
import { useTexts } from "@/shared/i18n/texts";
import { useTheme } from "@/shared/theme/theme-context";
import { EmptyState } from "@/shared/ui/empty-state";
import { ErrorState } from "@/shared/ui/error-state";
import { Panel } from "@/shared/ui/panel";
import { Skeleton } from "@/shared/ui/skeleton";
import { historyOption } from "./history-option";
import { pageTexts } from "./page-texts";
import styles from "./segment-page.module.css";

const HEIGHT = 300;
const RANGES = ["30", "90", "365"] as const;
type Range = (typeof RANGES)[number];
const DAY_MS = 86_400_000;

const total = (rows: readonly SizeAt[], key: "entered" | "exited") =>
  rows.reduce((sum, row) => sum + row[key], 0);

/** The same figures as words, for those who cannot see the picture. */
function HistoryTable({ rows }: { rows: readonly SizeAt[] }) {
  const t = useTexts(pageTexts);
  const n = useNumberFormat();
  const time = useTimeFormat();
  return (
    <table>
      <caption>{t.history}</caption>
      <thead>
        <tr>
          {[t.day, t.size, t.entered, t.exited].map((title) => (
            <th key={title} scope="col">
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.at}>
            <th scope="row">{time.day(row.at)}</th>
            <td>{n.whole(row.size)}</td>
            <td>{n.whole(row.entered)}</td>
            <td>{n.whole(row.exited)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function HistoryChart({ rows }: { rows: readonly SizeAt[] }) {
  const t = useTexts(pageTexts);
  const n = useNumberFormat();
  const time = useTimeFormat();
  const { colours } = useTheme();
  const option = useMemo(() => historyOption(rows, { t, n, time, colours }), [rows, t, n, time, colours]);
  return (
    <>
      <Chart label={t.historyLabel} option={option} height={HEIGHT} />
      {/* A table takes no smaller height than it needs; a box does. */}
      <div className="visually-hidden">
        <HistoryTable rows={rows} />
      </div>
    </>
  );
}

/** How large it is, and was. */
export function HistoryPanel({ segment }: { segment: Segment }) {
  const t = useTexts(pageTexts);
  const n = useNumberFormat();
  const [range, setRange] = useState<Range>("30");
  const [now] = useState(() => presentMs());
  const days = Number(range);
  const history = useQuery(
    segmentHistoryQuery(
      segment.segment_id,
      businessDay(new Date(now - (days - 1) * DAY_MS).toISOString()),
      businessDay(new Date(now).toISOString()),
    ),
  );
  const rows = history.data?.rows;
  useEffect(() => Chart.expect(), []);
  return (
    <Panel
      title={t.history}
      extra={
        <Segmented<Range>
          size="small"
          aria-label={t.range}
          value={range}
          onChange={setRange}
          options={RANGES.map((value) => ({ value, label: t.ranges[value] }))}
        />
      }
    >
      <dl className={styles.figures}>
        <div>
          <dt className={styles.lineOf}>{t.size}</dt>
          <dd>{segment.size === null ? "—" : n.whole(segment.size)}</dd>
        </div>
        {(["entered", "exited"] as const).map((key) => (
          <div key={key}>
            <dt className={key === "entered" ? styles.barOfEntered : styles.barOfExited}>
              {t[key]} · {t.since(days)}
            </dt>
            <dd>{rows ? n.whole(total(rows, key)) : "—"}</dd>
          </div>
        ))}
      </dl>
      {history.error && !rows ? (
        <ErrorState compact error={history.error} onRetry={() => void history.refetch()} />
      ) : !rows ? (
        <Skeleton height={HEIGHT} />
      ) : rows.length === 0 ? (
        <EmptyState
          compact
          icon={<LineChartOutlined aria-hidden />}
          title={t.noHistory}
          text={t.noHistoryText}
        />
      ) : (
        <HistoryChart rows={rows} />
      )}
    </Panel>
  );
}
