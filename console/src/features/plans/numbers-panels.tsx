import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { planNumbersQuery } from "@/api/plans";
import type { Plan, PlanTargetNumber } from "@/api/types";
import { useTimeFormat } from "@/shared/format/time-format";
import { useLanguage } from "@/shared/i18n/language-context";
import { useTexts } from "@/shared/i18n/texts";
import { useValueFormat } from "@/shared/metrics/value-format";
import { ErrorState } from "@/shared/ui/error-state";
import { Panel } from "@/shared/ui/panel";
import { Skeleton } from "@/shared/ui/skeleton";
import { elapsed } from "./days";
import { plansTexts } from "./plans-texts";
import styles from "./plans.module.css";

function Target({ target, today }: { target: PlanTargetNumber; today: string }) {
  const t = useTexts(plansTexts);
  const { language } = useLanguage();
  const time = useTimeFormat();
  const format = useValueFormat(target.unit, [target.actual, target.target]);
  const over = elapsed(target.since_on, target.until_on, today);
  const reached = target.actual !== null && target.target > 0 ? target.actual / target.target : 0;
  const isBehind = target.up_is !== "bad" && reached < over;
  const name = target[language] ?? t.metricGone;
  return (
    <li className={`${styles.target} ${isBehind ? styles.behind : ""}`}>
      <span>
        {target.key ? <Link to={`/numbers/${target.metric_id}`}>{name}</Link> : name}{" "}
        <span className={styles.quiet}>{t.days(time.day(target.since_on), time.day(target.until_on))}</span>
      </span>
      <span className="num">
        {target.actual === null && over === 0
          ? t.notBegun
          : t.ofTarget(format.full(target.actual), format.full(target.target))}
      </span>
      <span
        className={styles.track}
        role="progressbar"
        aria-label={name}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(Math.min(reached, 1) * 100)}
      >
        <span className={styles.fill} style={{ width: `${Math.min(reached, 1) * 100}%` }} />
        {over > 0 && over < 1 && <span className={styles.mark} style={{ left: `${over * 100}%` }} />}
      </span>
    </li>
  );
}

/** What the plan's targets have come to. */
export function TargetsPanel({ plan }: { plan: Plan }) {
  const t = useTexts(plansTexts);
  const { data, error, refetch } = useQuery(planNumbersQuery(plan.plan_id));
  return (
    <Panel title={t.targets} note={t.targetsNote}>
      {error && !data ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : !data ? (
        <Skeleton height={80} />
      ) : data.targets.length === 0 ? (
        <p className={styles.quiet}>{t.noTargets}</p>
      ) : (
        <ul className={styles.targets}>
          {data.targets.map((target) => (
            <Target key={`${target.metric_id} ${target.phase}`} target={target} today={data.today} />
          ))}
        </ul>
      )}
    </Panel>
  );
}

function Spent({ planned, spent }: { planned: number; spent: number }) {
  const t = useTexts(plansTexts);
  const money = useValueFormat("money_fen");
  const share = planned > 0 ? spent / planned : 0;
  return (
    <div className={styles.sum}>
      <dl className={styles.money}>
        <dt>{t.spent}</dt>
        <dd>{money.full(spent)}</dd>
        <dt>{spent > planned ? t.over : t.left}</dt>
        <dd className={spent > planned ? styles.overdue : undefined}>
          {money.full(Math.abs(planned - spent))}
        </dd>
      </dl>
      <div className={`${styles.track} ${share > 1 ? styles.behind : ""}`} aria-hidden="true">
        <span className={styles.fill} style={{ width: `${Math.min(share, 1) * 100}%` }} />
      </div>
      <p className={styles.quiet}>{t.spentNote}</p>
    </div>
  );
}

/** What is to be spent, and what was. */
export function BudgetPanel({ plan, hasNumbers }: { plan: Plan; hasNumbers: boolean }) {
  const t = useTexts(plansTexts);
  const money = useValueFormat("money_fen");
  const { data } = useQuery({ ...planNumbersQuery(plan.plan_id), enabled: hasNumbers });
  const { budget } = plan.definition;
  return (
    <Panel title={t.budget}>
      {budget.length === 0 && <p className={styles.quiet}>{t.noBudget}</p>}
      <dl className={styles.money}>
        {budget.map((line, place) => (
          <div key={place} style={{ display: "contents" }}>
            <dt>{line.name}</dt>
            <dd>{money.full(line.planned_fen)}</dd>
          </div>
        ))}
        {budget.length > 1 && (
          <>
            <dt>
              <strong>{t.total}</strong>
            </dt>
            <dd>
              <strong>{money.full(budget.reduce((sum, line) => sum + line.planned_fen, 0))}</strong>
            </dd>
          </>
        )}
      </dl>
      {data && data.spent_fen !== null && (data.planned_fen > 0 || data.spent_fen > 0) && (
        <Spent planned={data.planned_fen} spent={data.spent_fen} />
      )}
    </Panel>
  );
}
