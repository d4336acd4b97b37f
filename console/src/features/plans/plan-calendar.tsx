import { LeftOutlined, RightOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import { plansBetweenQuery } from "@/api/plans";
import type { Plan } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { ErrorState } from "@/shared/ui/error-state";
import { Panel } from "@/shared/ui/panel";
import { daysBetween, today, weeksOf } from "./days";
import { plansTexts } from "./plans-texts";
import styles from "./plans.module.css";

interface Piece {
  plan: Plan;
  /** Places of the first and the last day in the week. */
  from: number;
  to: number;
  lane: number;
  begins: boolean;
  ends: boolean;
}

/** What of the plans lies in a week, none over another. */
function piecesOf(plans: readonly Plan[], week: readonly string[]): Piece[] {
  const [first = "", last = ""] = [week[0], week.at(-1)];
  const lanes: number[] = [];
  const pieces: Piece[] = [];
  for (const plan of plans) {
    const { begins_on: begins, ends_on: ends } = plan.definition;
    if (begins > last || ends < first) continue;
    const from = Math.max(0, daysBetween(first, begins));
    const to = Math.min(6, daysBetween(first, ends));
    let lane = lanes.findIndex((until) => until < from);
    if (lane < 0) lane = lanes.push(-1) - 1;
    lanes[lane] = to;
    pieces.push({ plan, from, to, lane, begins: begins >= first, ends: ends <= last });
  }
  return pieces;
}

/** Every plan of a month, over the days that it is on. */
export function PlanCalendar() {
  const t = useTexts(plansTexts);
  const now = today();
  const [shown, setShown] = useState(() => ({
    year: Number(now.slice(0, 4)),
    month: Number(now.slice(5, 7)),
  }));
  const weeks = weeksOf(shown.year, shown.month);
  const found = useQuery(plansBetweenQuery(weeks[0]?.[0] ?? now, weeks.at(-1)?.[6] ?? now));
  const move = (by: number) =>
    setShown(({ year, month }) => {
      const place = year * 12 + month - 1 + by;
      return { year: Math.floor(place / 12), month: (place % 12) + 1 };
    });
  const title = t.month(shown.year, shown.month);
  const month = weeks[1]?.[0]?.slice(0, 7);
  const plans = [...(found.data?.rows ?? [])].sort((one, other) =>
    one.definition.begins_on.localeCompare(other.definition.begins_on),
  );
  return (
    <Panel
      title={title}
      extra={
        <div className={styles.line}>
          <Button
            aria-label={t.thisMonth}
            onClick={() => setShown({ year: Number(now.slice(0, 4)), month: Number(now.slice(5, 7)) })}
          >
            {t.thisMonth}
          </Button>
          <Button aria-label={t.earlier} icon={<LeftOutlined aria-hidden />} onClick={() => move(-1)} />
          <Button aria-label={t.later} icon={<RightOutlined aria-hidden />} onClick={() => move(1)} />
        </div>
      }
    >
      {found.error && !found.data ? (
        <ErrorState error={found.error} onRetry={() => void found.refetch()} />
      ) : (
        <div className={styles.calendar}>
          <div className={styles.week} aria-hidden="true">
            {Object.values(t.weekdays).map((day) => (
              <span key={day} className={styles.weekday}>
                {day}
              </span>
            ))}
          </div>
          {weeks.map((week) => (
            <div key={week[0]} className={styles.week}>
              {week.map((day, place) => (
                <time
                  key={day}
                  dateTime={day}
                  className={[
                    styles.day,
                    day.slice(0, 7) === month ? "" : styles.away,
                    day === now ? styles.now : "",
                  ].join(" ")}
                  style={{ gridColumn: place + 1 }}
                >
                  {Number(day.slice(8))}
                </time>
              ))}
              {piecesOf(plans, week).map(({ plan, from, to, lane, begins, ends }) => (
                <Link
                  key={plan.plan_id}
                  to={`/plans/${plan.plan_id}`}
                  title={plan.name}
                  className={[
                    styles.piece,
                    styles[plan.stage],
                    begins ? styles.begins : "",
                    ends ? styles.ends : "",
                  ].join(" ")}
                  style={{ gridColumn: `${from + 1} / ${to + 2}`, gridRow: lane + 2 }}
                >
                  {plan.name}
                </Link>
              ))}
            </div>
          ))}
        </div>
      )}
    </Panel>
  );
}
