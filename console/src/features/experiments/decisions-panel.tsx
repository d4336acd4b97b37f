import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Checkbox, Input, Select } from "antd";
import { useState } from "react";
import { decideExperiment, decisionsQuery } from "@/api/experiments";
import type { Experiment } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { Field } from "@/shared/ui/field";
import { Panel } from "@/shared/ui/panel";
import { StatusTag } from "@/shared/ui/status-tag";
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
  const [puts, setPuts] = useState(false);
  const decisions = useQuery(decisionsQuery(experiment.experiment_id));
  const decide = useMutation({
    mutationFn: () => decideExperiment(experiment.experiment_id, arm || null, note, puts && arm !== NONE),
    onSuccess: async () => {
      setNote("");
      setPuts(false);
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
          {decisions.data?.rows.map((row, at) => (
            <li key={row.decision_id}>
              <p className={styles.line}>
                <strong>
                  {t.keep} · {nameOf(row.arm)}
                </strong>
                {row.is_in_force && at === 0 && experiment.status === "stopped" && (
                  <StatusTag tone="brand">{t.inForceFor}</StatusTag>
                )}
              </p>
              <p>{row.note}</p>
              <p className={styles.quiet}>
                {t.decidedBy(row.decided_by_name ?? row.decided_by)} · <When at={row.decided_at} />
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
              <Checkbox
                disabled={experiment.status !== "stopped" || arm === NONE}
                checked={puts && arm !== NONE}
                onChange={(event) => setPuts(event.target.checked)}
              >
                {t.puts}
              </Checkbox>
              {experiment.status !== "stopped" && <p className={styles.quiet}>{t.putsNote}</p>}
            </div>
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
