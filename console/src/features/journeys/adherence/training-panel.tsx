import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { useState } from "react";
import {
  askTraining,
  dismissTraining,
  journeyTrainingQuery,
  markTrained,
  type JourneyTraining,
} from "@/api/journey-improving";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { DataTable, type Column } from "@/shared/ui/data-table";
import { Panel } from "@/shared/ui/panel";
import { SkeletonLines } from "@/shared/ui/skeleton";
import { useNotices } from "@/shared/ui/use-notices";
import { When } from "@/shared/ui/when";
import { StaffPicks } from "@/shared/staff/staff-pick";
import { adherenceTexts } from "./adherence-texts";
import styles from "./adherence.module.css";

type Trainee = JourneyTraining["people"][number];

interface AskProps {
  journeyId: number;
  training: JourneyTraining;
  run: (act: () => Promise<JourneyTraining>) => void;
}

function Ask({ journeyId, training, run }: AskProps) {
  const t = useTexts(adherenceTexts);
  const [chosen, setChosen] = useState<number[]>([]);
  const asked = new Set(training.people.map(({ staff_id }) => staff_id));
  const hasEarlier = training.versions.some(({ version }) => version < training.version);
  return (
    <div className={styles.ask}>
      <StaffPicks
        className={styles.choose}
        label={t.choose}
        placeholder={t.choose}
        fits={(each) => each.is_active && !asked.has(each.staff_id)}
        value={chosen}
        onChange={setChosen}
      />
      <Button
        disabled={chosen.length === 0}
        onClick={() => {
          run(() => askTraining(journeyId, chosen));
          setChosen([]);
        }}
      >
        {t.ask}
      </Button>
      {hasEarlier && <Button onClick={() => run(() => askTraining(journeyId, null))}>{t.askAgain}</Button>}
    </div>
  );
}

/** Who is to know the version in force, and who does. */
export function TrainingPanel({ journeyId }: { journeyId: number }) {
  const t = useTexts(adherenceTexts);
  const may = useMay();
  const notices = useNotices();
  const queryClient = useQueryClient();
  const query = journeyTrainingQuery(journeyId);
  const { data } = useQuery(query);
  const act = useMutation({
    mutationFn: (run: () => Promise<JourneyTraining>) => run(),
    onSuccess: (answer) => queryClient.setQueryData(query.queryKey, answer),
    onError: notices.failed,
  });
  const mayTrain = may(rights.trainJourneys);
  const columns: Column<Trainee>[] = [
    { key: "staff", title: t.staff, cell: (row) => row.name },
    {
      key: "since",
      title: t.since,
      cell: (row) =>
        row.trained_at ? <When at={row.trained_at} /> : <span className={styles.note}>{t.waiting}</span>,
    },
    ...(mayTrain
      ? [
          {
            key: "acts",
            title: "",
            align: "end" as const,
            cell: (row: Trainee) => (
              <span className={styles.acts}>
                <Button
                  size="small"
                  aria-label={row.trained_at ? t.unmarkName(row.name) : t.markName(row.name)}
                  onClick={() => act.mutate(() => markTrained(journeyId, [row.staff_id], !row.trained_at))}
                >
                  {row.trained_at ? t.unmark : t.mark}
                </Button>
                {!row.trained_at && (
                  <Button
                    size="small"
                    type="text"
                    aria-label={t.dismissName(row.name)}
                    onClick={() => act.mutate(() => dismissTraining(journeyId, row.staff_id))}
                  >
                    {t.dismiss}
                  </Button>
                )}
              </span>
            ),
          },
        ]
      : []),
  ];
  return (
    <Panel
      title={t.training}
      note={data && t.trainingNote(data.version)}
      extra={
        data && (
          <span className={styles.note}>
            {data.versions.map((each) => t.versionOf(each.version, each.trained, each.asked)).join(" · ")}
          </span>
        )
      }
    >
      {!data && <SkeletonLines lines={3} />}
      {data && mayTrain && <Ask journeyId={journeyId} training={data} run={(make) => act.mutate(make)} />}
      {data &&
        (data.people.length > 0 ? (
          <DataTable label={t.training} columns={columns} rows={data.people} rowKey={(row) => row.staff_id} />
        ) : (
          <p className={styles.note}>{t.nobody}</p>
        ))}
    </Panel>
  );
}
