import { useQuery } from "@tanstack/react-query";
import {
  journeyAdherenceQuery,
  journeyReplayQuery,
  journeyTrainingQuery,
  type KeptStep,
} from "@/api/journey-improving";
import type { Journey } from "@/api/journeys";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTexts } from "@/shared/i18n/texts";
import { DataTable, type Column } from "@/shared/ui/data-table";
import { ErrorState } from "@/shared/ui/error-state";
import { Panel } from "@/shared/ui/panel";
import { durationText } from "../duration";
import { NodeIcon } from "../node-icons";
import type { NodeKind } from "@/api/journey-document";
import { nodeTexts } from "../node-texts";
import { useJourney } from "../page/journey-context";
import { adherenceTexts } from "./adherence-texts";
import { inTimeShare, keptByStaff, keptInAll, keptOf, type KeptBy } from "./kept";
import { ReplayPanel } from "./replay-panel";
import { TrainingPanel } from "./training-panel";
import styles from "./adherence.module.css";

/** Goal, written, trained, kept to, improved: where this version stands. */
function Cycle({ journey }: { journey: Journey }) {
  const t = useTexts(adherenceTexts);
  const n = useNumberFormat();
  const isPublished = journey.version !== null;
  const adherence = useQuery({
    ...journeyAdherenceQuery(journey.journey_id, null),
    enabled: isPublished,
  }).data;
  const training = useQuery({ ...journeyTrainingQuery(journey.journey_id), enabled: isPublished }).data;
  const replay = useQuery(journeyReplayQuery(journey.journey_id)).data;
  const kept = adherence && keptInAll(adherence);
  const share = kept && inTimeShare(kept);
  const known = training?.versions.find(({ version }) => version === training.version);
  const stages: { key: keyof typeof t.stages; text: string; note?: string | null }[] = [
    {
      key: "goal",
      text: journey.definition.goal_text || t.goalNone,
      note:
        adherence &&
        (adherence.entered > 0 ? t.reached(n.share(adherence.reached / adherence.entered)) : t.noneEntered),
    },
    {
      key: "write",
      text: journey.version === null ? "—" : t.version(journey.version),
      note: journey.version !== null && journey.draft_definition ? t.draftWaiting : null,
    },
    { key: "train", text: known ? t.trained(known.trained, known.asked) : t.nobodyAsked },
    {
      key: "verify",
      text:
        adherence && !adherence.sees_tasks
          ? t.notSeen
          : share === null || share === undefined
            ? t.noTasks
            : t.done(n.share(share)),
    },
    { key: "improve", text: replay?.state === "done" ? t.tried : t.notTried },
  ];
  return (
    <ol className={styles.cycle} aria-label={t.cycle}>
      {stages.map(({ key, text, note }) => (
        <li key={key}>
          <span className={styles.stage}>{t.stages[key]}</span>
          <span className={styles.stageText}>{text}</span>
          {note && <span className={styles.note}>{note}</span>}
        </li>
      ))}
    </ol>
  );
}

function When({ step }: { step: KeptStep }) {
  const t = useTexts(adherenceTexts);
  const words = useTexts(nodeTexts);
  if (step.day === null) return "—";
  const day = step.day === 0 ? t.firstDay : t.day(step.day);
  const at =
    step.at ?? (step.minutes ? t.later(durationText(step.minutes, words)) : step.day === 0 ? t.atOnce : "");
  return `${day} ${at}`;
}

function Outcome({ step }: { step: KeptStep }) {
  const t = useTexts(adherenceTexts);
  const n = useNumberFormat();
  const kept = keptOf(step);
  const told = [
    step.sent > 0 && t.sent(n.whole(step.sent)),
    step.clicked > 0 && t.clicked(n.whole(step.clicked)),
    step.held > 0 && t.held(n.whole(step.held)),
    step.failed > 0 && t.failed(n.whole(step.failed)),
    kept.inTime > 0 && t.inTime(n.whole(kept.inTime)),
    kept.late > 0 && t.late(n.whole(kept.late)),
    kept.never > 0 && t.never(n.whole(kept.never)),
    kept.open > 0 && t.open(n.whole(kept.open)),
  ].filter((text) => text !== false);
  return told.length > 0 ? told.join(" · ") : <span className={styles.note}>{t.nothing}</span>;
}

function Steps({ steps, overall }: { steps: readonly KeptStep[] | undefined; overall: number | null }) {
  const t = useTexts(adherenceTexts);
  const n = useNumberFormat();
  const columns: Column<KeptStep>[] = [
    {
      key: "step",
      title: t.step,
      cell: (step) => (
        <span className={styles.step}>
          <span className={styles.icon}>
            <NodeIcon kind={step.kind as NodeKind} />
          </span>
          {step.name}
        </span>
      ),
    },
    { key: "when", title: t.when, from: "medium", cell: (step) => <When step={step} /> },
    { key: "outcome", title: t.outcome, cell: (step) => <Outcome step={step} /> },
    {
      key: "after",
      title: t.after,
      align: "end",
      cell: (step) => {
        if (step.after.done === 0) return "—";
        const share = step.after.reached / step.after.done;
        const isBetter = overall !== null && share > overall;
        return <span className={isBetter ? styles.good : ""}>{n.share(share)}</span>;
      },
    },
  ];
  return <DataTable label={t.steps} columns={columns} rows={steps} rowKey={(step) => step.place} />;
}

function ByStaff({ rows }: { rows: readonly KeptBy[] }) {
  const t = useTexts(adherenceTexts);
  const n = useNumberFormat();
  const whole = (key: "inTime" | "late" | "never" | "open", from?: "medium" | "wide"): Column<KeptBy> => ({
    key,
    title: t.columns[key],
    align: "end",
    ...(from ? { from } : {}),
    cell: ({ kept }) => n.whole(kept[key]),
  });
  const columns: Column<KeptBy>[] = [
    { key: "staff", title: t.staff, cell: (row) => row.name ?? t.unassigned },
    whole("inTime"),
    whole("late", "medium"),
    whole("never"),
    whole("open", "medium"),
    {
      key: "share",
      title: t.columns.share,
      align: "end",
      cell: ({ kept }) => {
        const share = inTimeShare(kept);
        return share === null ? "—" : n.share(share);
      },
    },
    {
      key: "after",
      title: t.columns.after,
      align: "end",
      from: "wide",
      cell: ({ kept }) => (kept.done > 0 ? n.share(kept.reached / kept.done) : "—"),
    },
  ];
  return <DataTable label={t.byStaff} columns={columns} rows={rows} rowKey={(row) => row.staffId ?? 0} />;
}

/** The cycle of a journey on one page: who knows it, who keeps to it, whether that helps, what a change would do. */
export function JourneyAdherencePage() {
  const t = useTexts(adherenceTexts);
  const journey = useJourney();
  const isPublished = journey.version !== null;
  const { data, error, refetch } = useQuery({
    ...journeyAdherenceQuery(journey.journey_id, null),
    enabled: isPublished,
  });
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  const overall = data && data.entered > 0 ? data.reached / data.entered : null;
  const byStaff = data ? keptByStaff(data) : [];
  return (
    <div className={styles.page}>
      <Cycle journey={journey} />
      {!isPublished && <p className={styles.note}>{t.notPublished}</p>}
      {isPublished && (
        <Panel title={t.steps} note={t.stepsNote} flush>
          <Steps steps={data?.steps} overall={overall} />
        </Panel>
      )}
      {isPublished && data?.sees_tasks && (
        <Panel title={t.byStaff} note={t.byStaffNote} flush={byStaff.length > 0}>
          {byStaff.length > 0 ? <ByStaff rows={byStaff} /> : <p className={styles.note}>{t.noStaff}</p>}
        </Panel>
      )}
      {isPublished && <TrainingPanel journeyId={journey.journey_id} />}
      <ReplayPanel journey={journey} />
    </div>
  );
}
