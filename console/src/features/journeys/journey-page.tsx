import { EditOutlined } from "@ant-design/icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button } from "antd";
import { useState } from "react";
import { Outlet, useNavigate, useParams } from "react-router";
import { journeyQuery, pauseJourney, publishJourney, resumeJourney, type Journey } from "@/api/journeys";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay, useMayChange } from "@/shared/session/session-context";
import { MadeElsewhere } from "@/shared/ui/made-elsewhere";
import { ErrorState } from "@/shared/ui/error-state";
import { Page } from "@/shared/ui/page";
import { Panel } from "@/shared/ui/panel";
import { Skeleton, SkeletonLines } from "@/shared/ui/skeleton";
import { Tabs } from "@/shared/ui/tabs";
import { useNotices } from "@/shared/ui/use-notices";
import { When } from "@/shared/ui/when";
import { PublishDialog } from "./editor/publish-dialog";
import { JourneyStatus } from "./journey-status";
import { journeysTexts } from "./journeys-texts";
import { EnterButton } from "./page/enter-button";
import { pageTexts } from "./page/page-texts";
import { PricePanel } from "./price/price-panel";
import styles from "./journey-page.module.css";

function Actions({ journey }: { journey: Journey }) {
  const t = useTexts(journeysTexts);
  const may = useMay();
  const mayChange = useMayChange(journey);
  const navigate = useNavigate();
  const notices = useNotices();
  const { modal } = App.useApp();
  const queryClient = useQueryClient();
  const [isAsking, setAsking] = useState(false);
  const act = useMutation({
    mutationFn: ({ change }: { change: (id: number) => Promise<Journey>; text: string }) =>
      change(journey.journey_id),
    onSuccess: async (answer, { text }) => {
      queryClient.setQueryData(["journey", answer.journey_id], answer);
      notices.done(text);
      await queryClient.invalidateQueries({ queryKey: ["journeys"] });
      await queryClient.invalidateQueries({ queryKey: ["journey-versions", answer.journey_id] });
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
      <MadeElsewhere row={journey} right={rights.writeJourneys} />
      {may(rights.enterJourneys) && journey.status === "running" && <EnterButton journey={journey} />}
      {mayChange(rights.writeJourneys) && (
        <Button
          icon={<EditOutlined aria-hidden />}
          onClick={() => void navigate(`/journeys/${journey.journey_id}/edit`)}
        >
          {t.edit}
        </Button>
      )}
      {mayChange(rights.publishJourneys) && journey.status === "running" && (
        <Button loading={act.isPending} onClick={pause}>
          {t.pause}
        </Button>
      )}
      {mayChange(rights.publishJourneys) && journey.status === "paused" && (
        <Button type="primary" loading={act.isPending} onClick={() => run(resumeJourney, t.resumed)}>
          {t.resume}
        </Button>
      )}
      {mayChange(rights.publishJourneys) && (journey.status === "draft" || journey.draft_definition) && (
        <Button type="primary" loading={act.isPending} onClick={() => setAsking(true)}>
          {journey.status === "draft" ? t.publish : t.publishChanges}
        </Button>
      )}
      {isAsking && (
        <PublishDialog
          subject={journey.subject}
          isPending={act.isPending}
          onPublish={() => {
            setAsking(false);
            run(publishJourney, t.published);
          }}
          onCancel={() => setAsking(false)}
        >
          <PricePanel journeyId={journey.journey_id} />
        </PublishDialog>
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
  const entries = [
    { key: "entered", count: journey.entered, note: " " },
    { key: "active", count: journey.active, note: ofEntered(journey.active) },
    { key: "paused", count: journey.paused, note: ofEntered(journey.paused) },
    { key: "completed", count: journey.completed, note: ofEntered(journey.completed) },
    { key: "goal", count: journey.goals, note: ofEntered(journey.goals) },
    { key: "exited", count: journey.exited, note: ofEntered(journey.exited) },
  ] as const;
  const messages = [
    { key: "sent", count: journey.sent, note: " " },
    { key: "delivered", count: journey.delivered, note: ofSent(journey.delivered) },
    // What failed was not sent: staff did not confirm it, or the channel did not take it.
    { key: "failed", count: journey.failed, note: " " },
    { key: "held", count: journey.held, note: " " },
    { key: "clicked", count: journey.clicked, note: ofSent(journey.clicked) },
  ] as const;
  // Of groups and moments no messages to customers are counted.
  const shown = journey.subject === "customer" ? [...entries, ...messages] : entries;
  return (
    <dl className={styles.numbers}>
      {shown.map(({ key, count, note }) => (
        <div key={key}>
          <dt>{t.numbers[key]}</dt>
          <dd className={styles.number}>{n.whole(count)}</dd>
          <dd className={styles.share}>{note}</dd>
        </div>
      ))}
    </dl>
  );
}

const REFRESH_MS = 15_000;

/** One journey: its numbers, and below them its canvas, its people, its versions. */
export function JourneyPage() {
  const t = useTexts(journeysTexts);
  const words = useTexts(pageTexts);
  const journeyId = Number(useParams().journeyId);
  const {
    data: journey,
    error,
    refetch,
  } = useQuery({
    ...journeyQuery(journeyId),
    // People move while one looks on.
    refetchInterval: (query) => (query.state.data?.status === "running" ? REFRESH_MS : false),
  });
  if (error && !journey) return <ErrorState isPage error={error} onRetry={() => void refetch()} />;
  const path = `/journeys/${journeyId}`;
  const tabs = [
    { to: path, label: words.canvas },
    { to: `${path}/sop`, label: words.sop },
    { to: `${path}/people`, label: words.people },
    { to: `${path}/versions`, label: words.versions },
    { to: `${path}/adherence`, label: words.adherence },
  ];
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
            {journey.definition.goal_text && <span>{journey.definition.goal_text}</span>}
          </div>
        )
      }
      actions={journey && <Actions journey={journey} />}
    >
      {journey ? <Numbers journey={journey} /> : <Skeleton height={98} />}
      <Tabs label={words.views} tabs={tabs} />
      {journey ? (
        <Outlet context={{ journey }} />
      ) : (
        <Panel>
          <SkeletonLines lines={8} />
        </Panel>
      )}
    </Page>
  );
}
