import { EditOutlined } from "@ant-design/icons";
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button } from "antd";
import { useState } from "react";
import { Link, useNavigate, useParams } from "react-router";
import { actOnPlan, deletePlan, planQuery, savePlan, type PlanAct } from "@/api/plans";
import { reviewListQuery } from "@/api/reviews";
import type { Plan, PlanTask } from "@/api/types";
import { useTimeFormat } from "@/shared/format/time-format";
import { useTexts } from "@/shared/i18n/texts";
import { useWordList } from "@/shared/i18n/use-word-list";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { ErrorState } from "@/shared/ui/error-state";
import { Page } from "@/shared/ui/page";
import { Panel } from "@/shared/ui/panel";
import { Skeleton } from "@/shared/ui/skeleton";
import { useNotices } from "@/shared/ui/use-notices";
import { CheckList } from "./check-list";
import { Gantt } from "./gantt";
import { BudgetPanel, TargetsPanel } from "./numbers-panels";
import { PlanStageTag } from "./plan-stage";
import { plansTexts } from "./plans-texts";
import styles from "./plans.module.css";

const NEXT = { drafted: "approve", approved: "begin", running: "close", closed: "reopen" } as const;
const HOMES = {
  journey: "/journeys",
  form: "/forms",
  experiment: "/experiments",
  segment: "/segments",
} as const;

const isLinked = (kind: string): kind is keyof typeof HOMES => kind in HOMES;

function useActs(plan: Plan) {
  const t = useTexts(plansTexts);
  const notices = useNotices();
  const queryClient = useQueryClient();
  const act = useMutation({
    mutationFn: (what: PlanAct) => actOnPlan(plan.plan_id, what),
    onSuccess: async (answer, what) => {
      queryClient.setQueryData(["plan", plan.plan_id], answer);
      notices.done(t.done[what]);
      await queryClient.invalidateQueries({ queryKey: ["plans"] });
      await queryClient.invalidateQueries({ queryKey: ["plan-numbers", plan.plan_id] });
    },
    onError: notices.failed,
  });
  return act;
}

function Actions({ plan }: { plan: Plan }) {
  const t = useTexts(plansTexts);
  const may = useMay();
  const navigate = useNavigate();
  const notices = useNotices();
  const { modal } = App.useApp();
  const queryClient = useQueryClient();
  const act = useActs(plan);
  const remove = useMutation({
    mutationFn: () => deletePlan(plan.plan_id),
    onSuccess: async () => {
      notices.done(t.deleted);
      await queryClient.invalidateQueries({ queryKey: ["plans"] });
      await navigate("/plans");
    },
    onError: notices.failed,
  });
  const ask = (title: string, content: string, onOk: () => void, danger = false) =>
    modal.confirm({ title, content, okText: title, cancelText: t.cancel, okButtonProps: { danger }, onOk });
  const next = NEXT[plan.stage];
  const question = next === "approve" ? t.approveQuestion : next === "close" ? t.closeQuestion : null;
  const go = () => act.mutate(next);
  return (
    <>
      {may(rights.writePlans) && plan.stage === "drafted" && (
        <Button
          danger
          type="text"
          onClick={() => ask(t.delete, t.deleteQuestion, () => remove.mutate(), true)}
        >
          {t.delete}
        </Button>
      )}
      {may(rights.writePlans) && plan.stage !== "closed" && (
        <Button
          icon={<EditOutlined aria-hidden />}
          onClick={() => void navigate(`/plans/${plan.plan_id}/edit`)}
        >
          {t.edit}
        </Button>
      )}
      {may(rights.writeReviews) && plan.stage !== "drafted" && (
        <Button onClick={() => void navigate(`/reviews/new?plan=${plan.plan_id}`)}>{t.review}</Button>
      )}
      {may(rights.publishPlans) && (
        <Button
          type={next === "approve" || next === "begin" ? "primary" : "default"}
          loading={act.isPending}
          onClick={() => (question ? ask(t[next], question, go) : go())}
        >
          {t[next]}
        </Button>
      )}
    </>
  );
}

function Waiting({ plan }: { plan: Plan }) {
  const t = useTexts(plansTexts);
  const may = useMay();
  const act = useActs(plan);
  return (
    <div className={styles.banner} role="status">
      {t.waiting}
      <span className={styles.line}>
        <Link to={`/plans/${plan.plan_id}/edit`}>{t.seeDraft}</Link>
        {may(rights.publishPlans) && plan.stage !== "closed" && (
          <Button size="small" type="primary" loading={act.isPending} onClick={() => act.mutate("approve")}>
            {t.approve}
          </Button>
        )}
      </span>
    </div>
  );
}

/** The schedule; tasks that were moved are saved together. */
function Schedule({ plan }: { plan: Plan }) {
  const t = useTexts(plansTexts);
  const may = useMay();
  const notices = useNotices();
  const queryClient = useQueryClient();
  const [tasks, setTasks] = useState<PlanTask[] | null>(null);
  const isLoose = may(rights.writePlans) && plan.stage !== "closed" && !plan.draft_definition;
  const definition = tasks ? { ...plan.definition, tasks } : plan.definition;
  const save = useMutation({
    mutationFn: () => savePlan(plan.plan_id, { name: plan.name, definition, revision: plan.revision }),
    onSuccess: (saved) => {
      queryClient.setQueryData(["plan", plan.plan_id], saved);
      setTasks(null);
      notices.done(t.saved);
    },
    onError: notices.failed,
  });
  return (
    <Panel title={t.gantt} note={isLoose ? t.ganttNote : undefined}>
      {plan.definition.tasks.length === 0 && plan.definition.phases.length === 0 ? (
        <p className={styles.quiet}>{t.noTasks}</p>
      ) : (
        <Gantt plan={definition} states={plan.tasks} onArrange={isLoose ? setTasks : undefined} />
      )}
      {tasks && (
        <div className={styles.arranged} role="status">
          <span className={styles.quiet}>{t.arranged}</span>
          <Button size="small" onClick={() => setTasks(null)}>
            {t.undo}
          </Button>
          <Button size="small" type="primary" loading={save.isPending} onClick={() => save.mutate()}>
            {t.saveArranged}
          </Button>
        </div>
      )}
    </Panel>
  );
}

function About({ plan }: { plan: Plan }) {
  const t = useTexts(plansTexts);
  const listed = useWordList();
  const { definition } = plan;
  const nameOf = new Map(plan.names.map((each) => [each.definition_id, each]));
  const people = new Map(plan.people.map((each) => [each.staff_id, each.name]));
  const link = (id: number) => {
    const found = nameOf.get(id);
    if (!found || !isLinked(found.kind)) return <span key={id}>{found?.name ?? `#${id}`}</span>;
    return (
      <span key={id}>
        <span className={styles.quiet}>{t.kinds[found.kind]} </span>
        <Link to={`${HOMES[found.kind]}/${id}`}>{found.name}</Link>
      </span>
    );
  };
  return (
    <Panel title={t.about}>
      <dl className={styles.about}>
        {definition.goal && (
          <div>
            <dt>{t.goal}</dt>
            <dd>{definition.goal}</dd>
          </div>
        )}
        <div>
          <dt>{t.audience}</dt>
          <dd className={styles.links}>
            {definition.segment_ids.length ? definition.segment_ids.map(link) : t.everybody}
          </dd>
        </div>
        {definition.roles.length > 0 && (
          <div>
            <dt>{t.roles}</dt>
            <dd className={styles.links}>
              {definition.roles.map((role, place) => (
                <span key={place}>
                  <strong>{role.name}</strong>{" "}
                  {listed(role.staff_ids.map((id) => people.get(id) ?? `#${id}`))}{" "}
                  <span className={styles.quiet}>{role.duty}</span>
                </span>
              ))}
            </dd>
          </div>
        )}
        {definition.linked_ids.length > 0 && (
          <div>
            <dt>{t.linked}</dt>
            <dd className={styles.links}>{definition.linked_ids.map(link)}</dd>
          </div>
        )}
        <div>
          <dt>{t.unit}</dt>
          <dd>{plan.unit_name ?? t.wholeCompany}</dd>
        </div>
      </dl>
    </Panel>
  );
}

function Reviews({ plan }: { plan: Plan }) {
  const t = useTexts(plansTexts);
  const found = useInfiniteQuery(reviewListQuery(plan.plan_id));
  const rows = found.data?.pages.flatMap((page) => page.rows) ?? [];
  return (
    <Panel title={t.reviews}>
      {rows.length === 0 ? (
        <p className={styles.quiet}>{t.noReview}</p>
      ) : (
        <ul className={styles.links}>
          {rows.map((row) => (
            <li key={row.review_id}>
              <Link to={`/reviews/${row.review_id}`}>{row.name}</Link>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

/** One plan: its schedule, how far it has come, and what it is about. */
export function PlanPage() {
  const t = useTexts(plansTexts);
  const time = useTimeFormat();
  const may = useMay();
  const planId = Number(useParams().planId);
  const { data: plan, error, refetch } = useQuery(planQuery(planId));
  if (error && !plan) return <ErrorState isPage error={error} onRetry={() => void refetch()} />;
  const hasNumbers = may(rights.readMetrics);
  return (
    <Page
      title={plan?.name ?? t.title}
      back={{ to: "/plans", label: t.title }}
      lead={
        plan && (
          <div className={styles.lead}>
            <PlanStageTag stage={plan.stage} />
            <span>{plan.definition.theme}</span>
            <span className={styles.quiet}>
              {t.days(time.day(plan.definition.begins_on), time.day(plan.definition.ends_on))}
            </span>
            <code>{plan.definition.campaign}</code>
          </div>
        )
      }
      actions={plan && <Actions plan={plan} />}
    >
      {!plan ? (
        <Skeleton height={320} />
      ) : (
        <div className={styles.stack}>
          {plan.draft_definition && <Waiting plan={plan} />}
          <Schedule plan={plan} />
          <div className={styles.columns}>
            <div className={styles.stack}>
              {hasNumbers && <TargetsPanel plan={plan} />}
              <CheckList plan={plan} />
            </div>
            <div className={styles.stack}>
              <About plan={plan} />
              <BudgetPanel plan={plan} hasNumbers={hasNumbers} />
              {may(rights.readReviews) && <Reviews plan={plan} />}
            </div>
          </div>
        </div>
      )}
    </Page>
  );
}
