import { CloseOutlined, PlusOutlined } from "@ant-design/icons";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Input, InputNumber } from "antd";
import { useState } from "react";
import { useNavigate } from "react-router";
import { ApiError } from "@/api/client";
import { definitionFault, type DefinitionFault } from "@/api/definition-fault";
import { saveExperiment } from "@/api/experiments";
import type { Experiment, ExperimentDefinition } from "@/api/types";
import { BookContext, type Book } from "@/shared/conditions/book";
import { below } from "@/shared/conditions/edit-tree";
import { useLanguage } from "@/shared/i18n/language-context";
import { useTexts } from "@/shared/i18n/texts";
import { Field } from "@/shared/ui/field";
import { Page } from "@/shared/ui/page";
import { Panel } from "@/shared/ui/panel";
import { useLeaveGuard } from "@/shared/ui/use-leave-guard";
import { useNotices } from "@/shared/ui/use-notices";
import { experimentsTexts } from "./experiments-texts";
import { JudgingPanel } from "./judging-panel";
import { newOutcome, OutcomeField } from "./outcome-field";
import { isAt, type PartProps } from "./part";
import { PlanPanel } from "./plan-panel";
import styles from "./experiments.module.css";

const ARMS_MAX = 6;
const GUARDRAILS_MAX = 5;

function ArmsPanel({ definition, fault, disabled, set }: PartProps) {
  const t = useTexts(experimentsTexts);
  const { arms } = definition;
  const change = (at: number, arm: Partial<(typeof arms)[number]>) =>
    set({ arms: arms.map((each, n) => (n === at ? { ...each, ...arm } : each)) });
  return (
    <Panel title={t.arms} note={t.armsNote}>
      <div className={styles.fields}>
        <div className={`${styles.armRow} ${styles.armHead}`} aria-hidden="true">
          <span>{t.armKey}</span>
          <span>{t.armName}</span>
          <span>{t.weight}</span>
        </div>
        {arms.map((arm, at) => (
          // Arms are told apart by their place: their keys are being typed.
          <div key={at} className={styles.armRow}>
            <Input
              aria-label={t.armKey}
              placeholder={t.armKey}
              disabled={disabled}
              status={isAt(fault, `arms.${at}.key`) ? "error" : ""}
              value={arm.key}
              onChange={(event) => change(at, { key: event.target.value })}
            />
            <Input
              aria-label={t.armName}
              placeholder={t.armName}
              disabled={disabled}
              status={isAt(fault, `arms.${at}.name`) ? "error" : ""}
              value={arm.name}
              onChange={(event) => change(at, { name: event.target.value })}
            />
            <InputNumber<number>
              aria-label={t.weight}
              title={t.weight}
              disabled={disabled}
              min={1}
              max={1000}
              precision={0}
              style={{ width: "100%" }}
              value={arm.weight}
              onChange={(weight) => weight !== null && change(at, { weight })}
            />
            {arms.length > 2 && !disabled ? (
              <Button
                type="text"
                icon={<CloseOutlined aria-hidden />}
                aria-label={t.remove}
                onClick={() => set({ arms: arms.filter((_, n) => n !== at) })}
              />
            ) : (
              <span />
            )}
          </div>
        ))}
        {isAt(fault, "arms") && (
          <p role="alert" className={styles.quiet}>
            {fault?.reason}
          </p>
        )}
        {arms.length < ARMS_MAX && !disabled && (
          <div>
            <Button
              icon={<PlusOutlined aria-hidden />}
              onClick={() => set({ arms: [...arms, { key: `arm_${arms.length}`, name: "", weight: 1 }] })}
            >
              {t.addArm}
            </Button>
          </div>
        )}
      </div>
    </Panel>
  );
}

function OutcomesPanel({ definition, fault, disabled, set }: PartProps) {
  const t = useTexts(experimentsTexts);
  const guardrails = definition.guardrails;
  const reason = fault?.reason ?? "";
  return (
    <>
      <Panel title={t.primary}>
        <OutcomeField
          outcome={definition.primary}
          fault={below(fault?.path ?? null, "primary")}
          reason={reason}
          disabled={disabled}
          onChange={(primary) => set({ primary })}
        />
      </Panel>
      <Panel title={t.guardrails} note={t.guardrailsNote}>
        <div className={styles.fields}>
          {guardrails.map((outcome, at) => (
            <div key={at}>
              <OutcomeField
                outcome={outcome}
                fault={below(fault?.path ?? null, `guardrails.${at}`)}
                reason={reason}
                disabled={disabled}
                onChange={(next) =>
                  set({ guardrails: guardrails.map((each, n) => (n === at ? next : each)) })
                }
              />
              {!disabled && (
                <Button
                  type="text"
                  onClick={() => set({ guardrails: guardrails.filter((_, n) => n !== at) })}
                >
                  {t.remove}
                </Button>
              )}
            </div>
          ))}
          {guardrails.length < GUARDRAILS_MAX && !disabled && (
            <div>
              <Button
                icon={<PlusOutlined aria-hidden />}
                onClick={() => set({ guardrails: [...guardrails, newOutcome("")] })}
              >
                {t.addGuardrail}
              </Button>
            </div>
          )}
        </div>
      </Panel>
    </>
  );
}

interface ExperimentEditorProps {
  book: Book;
  experiment: Experiment | null;
  name: string;
  definition: ExperimentDefinition;
}

/** Where an experiment is designed; of one that has begun just its words change. */
export function ExperimentEditor(props: ExperimentEditorProps) {
  const { book, experiment } = props;
  const t = useTexts(experimentsTexts);
  const { language } = useLanguage();
  const navigate = useNavigate();
  const notices = useNotices();
  const queryClient = useQueryClient();
  const [name, setName] = useState(props.name);
  const [definition, setDefinition] = useState(props.definition);
  // Of what was opened: what a colleague saves meanwhile is not to be written over unseen.
  const [revision] = useState(experiment?.revision ?? null);
  const [isDirty, setDirty] = useState(experiment === null);
  const [fault, setFault] = useState<DefinitionFault | null>(null);
  const guard = useLeaveGuard(isDirty);
  const hasBegun = experiment !== null && experiment.status !== "draft";
  const save = useMutation({
    mutationFn: () =>
      saveExperiment(experiment?.experiment_id ?? null, {
        name,
        definition,
        revision,
      }),
    onSuccess: async (saved) => {
      guard.release();
      notices.done(t.saved);
      queryClient.setQueryData(["experiment", saved.experiment_id], saved);
      await queryClient.invalidateQueries({ queryKey: ["experiments"] });
      await navigate(`/experiments/${saved.experiment_id}`);
    },
    onError: (error) => {
      const found = error instanceof ApiError ? definitionFault(error, language) : null;
      setFault(found);
      notices.failed(found ? new Error(found.reason) : error);
    },
  });
  const set = (change: Partial<ExperimentDefinition>) => {
    setDefinition((before) => ({ ...before, ...change }));
    setDirty(true);
    setFault(null);
  };
  const part = { definition, fault, disabled: hasBegun, set };
  const back = experiment
    ? { to: `/experiments/${experiment.experiment_id}`, label: experiment.name }
    : { to: "/experiments", label: t.title };
  return (
    <BookContext value={book}>
      <Page
        title={name || t.newName}
        back={back}
        lead={hasBegun && t.begun}
        actions={
          <>
            <Button onClick={() => void navigate(back.to)}>{t.cancel}</Button>
            <Button type="primary" loading={save.isPending} onClick={() => save.mutate()}>
              {t.save}
            </Button>
          </>
        }
      >
        {guard.question}
        <div className={styles.columns}>
          <div className={styles.stack}>
            <Panel>
              <div className={styles.fields}>
                <Field label={t.name}>
                  {(control) => (
                    <Input
                      {...control}
                      value={name}
                      onChange={(event) => {
                        setName(event.target.value);
                        setDirty(true);
                      }}
                    />
                  )}
                </Field>
                <Field
                  label={t.hypothesis}
                  note={t.hypothesisNote}
                  error={isAt(fault, "hypothesis") ? fault?.reason : null}
                >
                  {(control) => (
                    <Input.TextArea
                      {...control}
                      rows={2}
                      maxLength={200}
                      value={definition.hypothesis}
                      onChange={(event) => set({ hypothesis: event.target.value })}
                    />
                  )}
                </Field>
              </div>
            </Panel>
            <ArmsPanel {...part} />
            <OutcomesPanel {...part} />
          </div>
          <div className={styles.stack}>
            <JudgingPanel {...part} />
            {!hasBegun && <PlanPanel definition={definition} />}
          </div>
        </div>
      </Page>
    </BookContext>
  );
}
