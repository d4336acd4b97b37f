import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Progress } from "antd";
import {
  askReplay,
  journeyReplayQuery,
  type JourneyReplay,
  type ReplayedNumbers,
} from "@/api/journey-improving";
import type { Journey } from "@/api/journeys";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { DataTable, type Column } from "@/shared/ui/data-table";
import { Panel } from "@/shared/ui/panel";
import { useNotices } from "@/shared/ui/use-notices";
import { titleOf } from "../node-summary";
import { nodeTexts } from "../node-texts";
import { nodeOf } from "../ports";
import { adherenceTexts } from "./adherence-texts";
import styles from "./adherence.module.css";

interface Row {
  key: string;
  title: string;
  note: string | null;
  before: number | null;
  after: number | null;
}

const sum = (counts: Record<string, number>) => Object.values(counts).reduce((all, each) => all + each, 0);

function Compared({ label, rows, hasBefore }: { label: string; rows: readonly Row[]; hasBefore: boolean }) {
  const t = useTexts(adherenceTexts);
  const n = useNumberFormat();
  const told = (value: number | null) => (value === null ? "—" : n.whole(value));
  const before: Column<Row>[] = hasBefore
    ? [{ key: "before", title: t.inForce, align: "end", cell: (row) => told(row.before) }]
    : [];
  const change: Column<Row>[] = hasBefore
    ? [
        {
          key: "change",
          title: t.change,
          align: "end",
          cell: (row) => {
            const by = (row.after ?? 0) - (row.before ?? 0);
            return by === 0 ? "0" : `${by > 0 ? "+" : "−"}${n.whole(Math.abs(by))}`;
          },
        },
      ]
    : [];
  const columns: Column<Row>[] = [
    {
      key: "title",
      title: label,
      cell: (row) => (
        <>
          {row.title} {row.note && <span className={styles.note}>{row.note}</span>}
        </>
      ),
    },
    ...before,
    { key: "after", title: t.draft, align: "end", cell: (row) => told(row.after) },
    ...change,
  ];
  return <DataTable label={label} columns={columns} rows={rows} rowKey={(row) => row.key} />;
}

type Result = NonNullable<JourneyReplay["result"]>;

function Answer({ journey, result }: { journey: Journey; result: Result }) {
  const t = useTexts(adherenceTexts);
  const words = useTexts(nodeTexts);
  const n = useNumberFormat();
  const { draft, in_force: before } = result;
  const row = (key: string, title: string, of: (numbers: ReplayedNumbers) => number): Row => ({
    key,
    title,
    note: null,
    before: before ? of(before) : null,
    after: of(draft),
  });
  const edited = journey.draft_definition ?? journey.definition;
  const keys = [...new Set([...Object.keys(draft.passed), ...Object.keys(before?.passed ?? {})])];
  const nodes = keys.map((key): Row => {
    const now = nodeOf(edited, key);
    const was = nodeOf(journey.definition, key);
    const node = now ?? was;
    return {
      key,
      title: node ? titleOf(node, words) : key,
      note: before && now && !was ? t.new : before && !now && was ? t.gone : null,
      before: before ? (before.passed[key] ?? 0) : null,
      after: draft.passed[key] ?? 0,
    };
  });
  const last = draft.spread.length - 1;
  const spread = draft.spread.flatMap((count, times): Row[] => {
    const earlier = before?.spread[times] ?? null;
    if (count === 0 && !earlier) return [];
    return [
      {
        key: String(times),
        title: times === last ? t.timesMore(times) : t.times(times),
        note: null,
        before: earlier,
        after: count,
      },
    ];
  });
  return (
    <div className={styles.answer}>
      <p className={styles.note}>
        {result.error_percent > 0
          ? t.sampled(n.whole(result.sampled), n.whole(result.candidates), String(result.error_percent))
          : t.everybody(n.whole(result.candidates))}
        {" · "}
        {t.limits}
      </p>
      <Compared
        label={t.measure}
        hasBefore={before !== null}
        rows={[
          row("people", t.people, (each) => each.people),
          row("messages", t.messages, (each) => each.messages),
          row("most", t.most, (each) => each.most),
          row("goals", t.goals, (each) => sum(each.goals)),
        ]}
      />
      {result.newly !== null && result.no_longer !== null && result.newly + result.no_longer > 0 && (
        <p>
          {t.newly(n.whole(result.newly))} · {t.noLonger(n.whole(result.no_longer))}
        </p>
      )}
      <div className={styles.two}>
        <Compared label={t.perNode} rows={nodes} hasBefore={before !== null} />
        <Compared label={t.spread} rows={spread} hasBefore={before !== null} />
      </div>
    </div>
  );
}

/** What the changes that are not published yet would have done last month. */
export function ReplayPanel({ journey }: { journey: Journey }) {
  const t = useTexts(adherenceTexts);
  const may = useMay();
  const notices = useNotices();
  const queryClient = useQueryClient();
  const query = journeyReplayQuery(journey.journey_id);
  const { data } = useQuery(query);
  const ask = useMutation({
    mutationFn: () => askReplay(journey.journey_id),
    onSuccess: (answer) => queryClient.setQueryData(query.queryKey, answer),
    onError: notices.failed,
  });
  const isWorking = data?.state === "waiting" || data?.state === "running";
  return (
    <Panel
      title={t.replay}
      note={t.replayNote}
      extra={
        may(rights.writeJourneys) && (
          <Button loading={ask.isPending || isWorking} onClick={() => ask.mutate()}>
            {data?.state === "done" ? t.tryAgain : t.tryIt}
          </Button>
        )
      }
    >
      {isWorking && (
        <div role="status" className={styles.working}>
          {t.working(data.done, data.steps)}
          <Progress
            percent={data.steps > 0 ? Math.round((data.done / data.steps) * 100) : 0}
            size="small"
            showInfo={false}
            aria-label={t.replay}
          />
        </div>
      )}
      {data?.state === "failed" && <p role="alert">{t.broken}</p>}
      {data?.state === "done" && data.result && <Answer journey={journey} result={data.result} />}
    </Panel>
  );
}
