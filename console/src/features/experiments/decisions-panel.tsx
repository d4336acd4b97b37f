import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Input, Select } from "antd";
import { useState } from "react";
import { decideExperiment, decisionsQuery } from "@/api/experiments";
import type { Experiment } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { Field } from "@/shared/ui/field";
import { Panel } from "@/shared/ui/panel";
import { useNotices } from "@/shared/ui/use-notices";
import { When } from "@/shared/ui/when";
import { experimentsTexts } from "./experiments-texts";
import styles from "./experiments.module.css";

const NONE = "";

/** What was decided, and where it is written down. */
export function DecisionsPanel({ experiment }: { experiment: Experiment }) {
  const t = useTexts(experimentsTexts);
  const may = useMay();
  const notices = useNotices();
  const queryClient = useQueryClient();
  const { arms } = experiment.definition;
  const [arm, setArm] = useState(NONE);
  const [note, setNote] = useState("");
  const decisions = useQuery(decisionsQuery(experiment.experiment_id));
  const decide = useMutation({
    mutationFn: () => decideExperiment(experiment.experiment_id, arm || null, note),
    onSuccess: async () => {
      setNote("");
      notices.done(t.decided);
      await queryClient.invalidateQueries({ queryKey: ["experiment-decisions", experiment.experiment_id] });
    },
    onError: notices.failed,
  });
  const nameOf = (key: string | null) => arms.find((each) => each.key === key)?.name ?? key ?? t.keepNone;
  return (
    <Panel title={t.decisions} note={t.decisionsNote}>
      <div className={styles.fields}>
        {decisions.data?.rows.length === 0 && <p className={styles.quiet}>{t.noDecision}</p>}
        <ul className={styles.decisions} hidden={!decisions.data?.rows.length}>
          {decisions.data?.rows.map((row) => (
            <li key={row.decision_id}>
              <p>
                <strong>
                  {t.keep} · {nameOf(row.arm)}
                </strong>
              </p>
              <p>{row.note}</p>
              <p className={styles.quiet}>
                <When at={row.decided_at} />
              </p>
            </li>
          ))}
        </ul>
        {may(rights.publishExperiments) && experiment.status !== "draft" && (
          <>
            <Field label={t.keep}>
              {(control) => (
                <Select
                  {...control}
                  value={arm}
                  onChange={setArm}
                  options={[
                    { value: NONE, label: t.keepNone },
                    ...arms.map((each) => ({ value: each.key, label: each.name })),
                  ]}
                />
              )}
            </Field>
            <Field label={t.note}>
              {(control) => (
                <Input.TextArea
                  {...control}
                  rows={2}
                  maxLength={2000}
                  value={note}
                  onChange={(event) => setNote(event.target.value)}
                />
              )}
            </Field>
            <div>
              <Button disabled={!note.trim()} loading={decide.isPending} onClick={() => decide.mutate()}>
                {t.decide}
              </Button>
            </div>
          </>
        )}
      </div>
    </Panel>
  );
}
