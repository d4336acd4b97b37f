import { EditOutlined } from "@ant-design/icons";
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button } from "antd";
import { useNavigate, useParams } from "react-router";
import { experimentListQuery } from "@/api/experiments";
import { journeyQuery, pauseJourney, publishJourney, resumeJourney } from "@/api/journeys";
import { segmentListQuery } from "@/api/segments";
import type { Journey } from "@/api/types";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { ErrorState } from "@/shared/ui/error-state";
import { Page } from "@/shared/ui/page";
import { Panel } from "@/shared/ui/panel";
import { Skeleton, SkeletonLines } from "@/shared/ui/skeleton";
import { useNotices } from "@/shared/ui/use-notices";
import { When } from "@/shared/ui/when";
import { JourneyStatus } from "./journey-status";
import { journeysTexts } from "./journeys-texts";
import { StepLine } from "./step-line";
import styles from "./journey-page.module.css";

function Actions({ journey }: { journey: Journey }) {
  const t = useTexts(journeysTexts);
  const may = useMay();
  const navigate = useNavigate();
  const notices = useNotices();
  const { modal } = App.useApp();
  const queryClient = useQueryClient();
  const act = useMutation({
    mutationFn: ({ change }: { change: (id: number) => Promise<Journey>; text: string }) =>
      change(journey.journey_id),
    onSuccess: async (answer, { text }) => {
      queryClient.setQueryData(["journey", answer.journey_id], answer);
      notices.done(text);
      await queryClient.invalidateQueries({ queryKey: ["journeys"] });
    },
    onError: notices.failed,
  });
  const run = (change: (id: number) => Promise<Journey>, text: string) => act.mutate({ change, text });
  const pause = () =>
    modal.confirm({
      title: t.pause,
      content: t.pauseQuestion,
      okText: t.pause,
      cancelText: t.cancel,
      onOk: () => run(pauseJourney, t.paused),
    });
  return (
    <>
      {may(rights.writeJourneys) && (
        <Button icon={<EditOutlined />} onClick={() => void navigate(`/journeys/${journey.journey_id}/edit`)}>
          {t.edit}
        </Button>
      )}
      {may(rights.publishJourneys) && journey.status === "running" && (
        <Button loading={act.isPending} onClick={pause}>
          {t.pause}
        </Button>
      )}
      {may(rights.publishJourneys) && journey.status === "paused" && (
        <Button type="primary" loading={act.isPending} onClick={() => run(resumeJourney, t.resumed)}>
          {t.resume}
        </Button>
      )}
      {may(rights.publishJourneys) && (journey.status === "draft" || journey.draft_definition) && (
        <Button type="primary" loading={act.isPending} onClick={() => run(publishJourney, t.published)}>
          {journey.status === "draft" ? t.publish : t.publishChanges}
        </Button>
      )}
    </>
  );
}

function Numbers({ journey }: { journey: Journey }) {
  const t = useTexts(journeysTexts);
  const n = useNumberFormat();
  const ofSent = (count: number) => (journey.sent ? t.ofSent(n.share(count / journey.sent)) : " ");
  const ofEntered = (count: number) =>
    journey.entered ? t.ofEntered(n.share(count / journey.entered)) : " ";
  const numbers = [
    { key: "entered", note: " " },
    { key: "active", note: ofEntered(journey.active) },
    { key: "completed", note: ofEntered(journey.completed) },
    { key: "exited", note: ofEntered(journey.exited) },
    { key: "sent", note: " " },
    { key: "delivered", note: ofSent(journey.delivered) },
    { key: "failed", note: ofSent(journey.failed) },
    { key: "held", note: " " },
    { key: "clicked", note: ofSent(journey.clicked) },
  ] as const;
  return (
    <dl className={styles.numbers}>
      {numbers.map(({ key, note }) => (
        <div key={key}>
          <dt>{t.numbers[key]}</dt>
          <dd className={styles.number}>{n.whole(journey[key])}</dd>
          <dd className={styles.share}>{note}</dd>
        </div>
      ))}
    </dl>
  );
}

function Rules({ journey }: { journey: Journey }) {
  const t = useTexts(journeysTexts);
  const n = useNumberFormat();
  const { trigger, re_entry: reEntry, exit_on_leave: exitOnLeave, hold_out: holdOut } = journey.definition;
  return (
    <Panel title={t.rules}>
      <dl className={styles.rules}>
        <div>
          <dt>{t.reEntry}</dt>
          <dd>{t.reEntries[reEntry]}</dd>
        </div>
        <div>
          <dt>{t.includeMembers}</dt>
          <dd>{trigger.include_members ? t.included : t.notIncluded}</dd>
        </div>
        <div>
          <dt>{t.exitOnLeave}</dt>
          <dd>{exitOnLeave ? t.exits : t.stays}</dd>
        </div>
        <div>
          <dt>{t.holdOut}</dt>
          <dd>{holdOut > 0 ? t.holdOutShare(n.share(holdOut / 100)) : t.noHoldOut}</dd>
        </div>
      </dl>
    </Panel>
  );
}

const REFRESH_MS = 15_000;

export function JourneyPage() {
  const t = useTexts(journeysTexts);
  const journeyId = Number(useParams().journeyId);
  const may = useMay();
  const {
    data: journey,
    error,
    refetch,
  } = useQuery({
    ...journeyQuery(journeyId),
    // People move while one looks on.
    refetchInterval: (query) => (query.state.data?.status === "running" ? REFRESH_MS : false),
  });
  const segments = useInfiniteQuery({ ...segmentListQuery(), enabled: may(rights.readSegments) });
  const experiments = useInfiniteQuery({ ...experimentListQuery(), enabled: may(rights.readExperiments) });
  const experimentOf = new Map(
    experiments.data?.pages.flatMap((page) => page.rows).map((each) => [each.experiment_id, each]),
  );
  const segmentName = segments.data?.pages
    .flatMap((page) => page.rows)
    .find((segment) => segment.segment_id === journey?.definition.trigger.segment_id)?.name;
  if (error && !journey) return <ErrorState isPage error={error} onRetry={() => void refetch()} />;
  return (
    <Page
      title={journey?.name ?? t.title}
      back={{ to: "/journeys", label: t.title }}
      lead={
        journey && (
          <div className={styles.lead}>
            <JourneyStatus status={journey.status} />
            {journey.version !== null && <span>{t.version(journey.version)}</span>}
            {journey.version !== null && journey.draft_definition && (
              <span className={styles.note}>{t.unpublished}</span>
            )}
            <span>
              {t.updated} <When at={journey.updated_at} />
            </span>
          </div>
        )
      }
      actions={journey && <Actions journey={journey} />}
    >
      {journey ? <Numbers journey={journey} /> : <Skeleton height={98} />}
      <div className={styles.columns}>
        <Panel title={t.steps}>
          {journey ? (
            <StepLine journey={journey} experiments={experimentOf} segmentName={segmentName} />
          ) : (
            <SkeletonLines lines={8} />
          )}
        </Panel>
        {journey && <Rules journey={journey} />}
      </div>
    </Page>
  );
}
