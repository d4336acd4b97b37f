import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Input } from "antd";
import { useState, type ReactNode } from "react";
import { useNavigate, useParams, useSearchParams } from "react-router";
import { ApiError } from "@/api/client";
import { definitionFault, type DefinitionFault } from "@/api/definition-fault";
import { homeMetricsQuery } from "@/api/metrics";
import { planQuery } from "@/api/plans";
import { reviewQuery, saveReview } from "@/api/reviews";
import type { Plan, Review, ReviewDefinition } from "@/api/types";
import { presentTime } from "@/shared/format/present";
import { businessDay } from "@/shared/format/time-format";
import { useLanguage } from "@/shared/i18n/language-context";
import { useTexts } from "@/shared/i18n/texts";
import { MetricPicks } from "@/shared/metrics/metric-pick";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { ErrorState } from "@/shared/ui/error-state";
import { Field } from "@/shared/ui/field";
import { Page } from "@/shared/ui/page";
import { Panel } from "@/shared/ui/panel";
import { Skeleton } from "@/shared/ui/skeleton";
import { useLeaveGuard } from "@/shared/ui/use-leave-guard";
import { useNotices } from "@/shared/ui/use-notices";
import { planSource, reviewSource } from "@/api/sources";
import { PickOne } from "@/shared/ui/picker";
import { reviewsTexts, type ReviewsTexts } from "./reviews-texts";
import styles from "./reviews.module.css";

const METRICS_MAX = 12;

interface Draft {
  name: string;
  definition: ReviewDefinition;
}

/** A new review: of a plan over its days, or of the last month that is over. */
function starter(t: ReviewsTexts, plan: Plan | undefined, starId: number | undefined): Draft {
  const month = new Date(`${businessDay(presentTime().toISOString()).slice(0, 7)}-01T00:00:00Z`);
  const until = new Date(month.getTime() - 86_400_000).toISOString().slice(0, 10);
  const begins = plan?.definition.begins_on ?? `${until.slice(0, 7)}-01`;
  const targets = plan?.definition.targets.map((target) => target.metric_id) ?? [];
  const metrics = targets.length ? [...new Set(targets)] : starId === undefined ? [] : [starId];
  return {
    name: t.newName(plan?.name ?? begins.slice(0, 7)),
    definition: {
      begins_on: begins,
      ends_on: plan?.definition.ends_on ?? until,
      metric_ids: metrics.slice(0, METRICS_MAX),
      plan_id: plan?.plan_id ?? null,
      follows_id: null,
      went_well: "",
      went_badly: "",
    },
  };
}

interface PartProps {
  review: Review | null;
  definition: ReviewDefinition;
  fault: DefinitionFault | null;
  set: (change: Partial<ReviewDefinition>) => void;
}

function LookedAt({ review, definition, fault, set, children }: PartProps & { children: ReactNode }) {
  const t = useTexts(reviewsTexts);
  const may = useMay();
  const wrong = (field: string) => (fault?.path.split(".")[0] === field ? fault.reason : null);
  const day = (field: "begins_on" | "ends_on", label: string) => (
    <Field label={label} error={wrong(field)}>
      {(control) => (
        <Input
          {...control}
          type="date"
          value={definition[field]}
          onChange={(event) => event.target.value && set({ [field]: event.target.value })}
        />
      )}
    </Field>
  );
  return (
    <Panel title={t.basics}>
      <div className={styles.fields}>
        {children}
        <div className={styles.pair}>
          {day("begins_on", t.beginsOn)}
          {day("ends_on", t.endsOn)}
        </div>
        <Field label={t.metrics} error={wrong("metric_ids")}>
          {(control) => (
            <MetricPicks
              control={control}
              maxCount={METRICS_MAX}
              names={Object.fromEntries((review?.names ?? []).map((each) => [each.definition_id, each.name]))}
              value={definition.metric_ids}
              onChange={(ids) => set({ metric_ids: ids })}
            />
          )}
        </Field>
        <div className={styles.pair}>
          <Field label={t.plan} error={wrong("plan_id")}>
            {(control) => (
              <PickOne
                source={planSource}
                control={control}
                enabled={may(rights.readPlans)}
                none={t.noPlan}
                value={definition.plan_id ?? null}
                onChange={(id) => set({ plan_id: id })}
              />
            )}
          </Field>
          <Field label={t.follows} note={t.actionsNote} error={wrong("follows_id")}>
            {(control) => (
              <PickOne
                source={reviewSource}
                control={control}
                none={t.followsNothing}
                fits={(each) => each.review_id !== review?.review_id}
                value={definition.follows_id ?? null}
                onChange={(id) => set({ follows_id: id })}
              />
            )}
          </Field>
        </div>
      </div>
    </Panel>
  );
}

function ReviewEditor({ review, draft }: { review: Review | null; draft: Draft }) {
  const t = useTexts(reviewsTexts);
  const { language } = useLanguage();
  const navigate = useNavigate();
  const notices = useNotices();
  const queryClient = useQueryClient();
  const [name, setName] = useState(draft.name);
  const [definition, setDefinition] = useState(draft.definition);
  // Of what was opened: what a colleague saves meanwhile is not to be written over unseen.
  const [revision] = useState(review?.revision ?? null);
  const [isDirty, setDirty] = useState(false);
  const [fault, setFault] = useState<DefinitionFault | null>(null);
  const guard = useLeaveGuard(isDirty);
  const save = useMutation({
    mutationFn: () => saveReview(review?.review_id ?? null, { name, definition, revision }),
    onSuccess: async (saved) => {
      guard.release();
      notices.done(t.saved);
      queryClient.setQueryData(["review", saved.review_id], saved);
      await queryClient.invalidateQueries({ queryKey: ["reviews"] });
      await queryClient.invalidateQueries({ queryKey: ["review-numbers", saved.review_id] });
      await queryClient.invalidateQueries({ queryKey: ["review-actions", saved.review_id] });
      await navigate(`/reviews/${saved.review_id}`);
    },
    onError: (error) => {
      const found = error instanceof ApiError ? definitionFault(error, language) : null;
      setFault(found);
      notices.failed(found ? new Error(found.reason) : error);
    },
  });
  const set = (change: Partial<ReviewDefinition>) => {
    setDefinition((before) => ({ ...before, ...change }));
    setDirty(true);
    setFault(null);
  };
  const words = (field: "went_well" | "went_badly", label: string) => (
    <Field label={label}>
      {(control) => (
        <Input.TextArea
          {...control}
          rows={4}
          maxLength={4000}
          value={definition[field]}
          onChange={(event) => set({ [field]: event.target.value })}
        />
      )}
    </Field>
  );
  return (
    <Page
      title={name || t.create}
      back={
        review
          ? { to: `/reviews/${review.review_id}`, label: review.name }
          : { to: "/reviews", label: t.title }
      }
      actions={
        <Button type="primary" disabled={!name.trim()} loading={save.isPending} onClick={() => save.mutate()}>
          {t.save}
        </Button>
      }
    >
      {guard.question}
      <div className={styles.stack}>
        <LookedAt review={review} definition={definition} fault={fault} set={set}>
          <Field label={t.name}>
            {(control) => (
              <Input
                {...control}
                maxLength={120}
                value={name}
                onChange={(event) => {
                  setName(event.target.value);
                  setDirty(true);
                }}
              />
            )}
          </Field>
        </LookedAt>
        <Panel title={t.words}>
          <div className={styles.fields}>
            {words("went_well", t.wentWell)}
            {words("went_badly", t.wentBadly)}
          </div>
        </Panel>
      </div>
    </Page>
  );
}

function NewReview() {
  const t = useTexts(reviewsTexts);
  const may = useMay();
  const planId = Number(useSearchParams()[0].get("plan") ?? 0);
  const plan = useQuery({ ...planQuery(planId), enabled: planId > 0 });
  const home = useQuery({ ...homeMetricsQuery(), enabled: may(rights.readMetrics) });
  const isWaiting = (planId > 0 && plan.isPending) || (may(rights.readMetrics) && home.isPending);
  if (isWaiting)
    return (
      <Page title={t.create} back={{ to: "/reviews", label: t.title }}>
        <Skeleton height={320} />
      </Page>
    );
  const star = home.data?.north_star?.glance.metric_id;
  return <ReviewEditor review={null} draft={starter(t, plan.data, star)} />;
}

/** Where a review is begun and written; `new` begins one, of a plan where the address names it. */
export function ReviewEditorPage() {
  const t = useTexts(reviewsTexts);
  const { reviewId } = useParams();
  const isNew = reviewId === undefined;
  const { data: review, error, refetch } = useQuery({ ...reviewQuery(Number(reviewId)), enabled: !isNew });
  if (isNew) return <NewReview />;
  if (error && !review) return <ErrorState isPage error={error} onRetry={() => void refetch()} />;
  if (!review)
    return (
      <Page title={t.title} back={{ to: "/reviews", label: t.title }}>
        <Skeleton height={320} />
      </Page>
    );
  return (
    <ReviewEditor
      key={review.review_id}
      review={review}
      draft={{ name: review.name, definition: review.definition }}
    />
  );
}
