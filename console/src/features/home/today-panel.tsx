import { CheckCircleOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { todayQuery, type WaitingRow } from "@/api/today";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTexts } from "@/shared/i18n/texts";
import { Panel } from "@/shared/ui/panel";
import { Skeleton } from "@/shared/ui/skeleton";
import { todayTexts } from "./today-texts";
import styles from "./today-panel.module.css";

/** Where each kind of work is done. */
const PLACES: Readonly<Partial<Record<string, string>>> = {
  tasks_overdue: "/tasks",
  tasks_today: "/tasks",
  approvals: "/sends/approvals",
  post_approvals: "/sends/posts",
  journeys_held: "/journeys",
  alerts: "/numbers/alerts",
  quota: "/settings/reach",
  callbacks: "/settings/wecom",
};

function Work({ row }: { row: WaitingRow }) {
  const t = useTexts(todayTexts);
  const n = useNumberFormat();
  const words: Readonly<Partial<Record<string, string>>> = t.kinds;
  const channels: Readonly<Partial<Record<string, string>>> = t.channels;
  const subject = channels[row.subject] ?? row.subject;
  return (
    <li>
      <Link to={PLACES[row.key] ?? "/"} className={`${styles.work} ${row.is_urgent ? styles.urgent : ""}`}>
        <span className={styles.count}>
          {n.whole(row.count)}
          {row.limit !== null && <span className={styles.limit}> / {n.whole(row.limit)}</span>}
        </span>
        <span className={styles.kind}>
          {words[row.key] ?? row.key}
          {subject && ` · ${subject}`}
        </span>
      </Link>
    </li>
  );
}

/** Today's work: what waits for whoever looks, each with the way to where it is done. */
export function TodayPanel() {
  const t = useTexts(todayTexts);
  const { data, error } = useQuery(todayQuery());
  if (error && !data) return null;
  return (
    <Panel title={t.title}>
      {!data ? (
        <Skeleton height={56} />
      ) : data.rows.length === 0 ? (
        <p className={styles.nothing}>
          <CheckCircleOutlined aria-hidden /> {t.nothing}
        </p>
      ) : (
        <ul className={styles.works}>
          {data.rows.map((row) => (
            <Work key={`${row.key}:${row.subject}`} row={row} />
          ))}
        </ul>
      )}
    </Panel>
  );
}
