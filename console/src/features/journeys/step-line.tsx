import {
  BranchesOutlined,
  CheckCircleOutlined,
  ClockCircleOutlined,
  ClusterOutlined,
  SendOutlined,
} from "@ant-design/icons";
import type { ReactNode } from "react";
import { Link } from "react-router";
import type { Experiment, Journey, SendStep, SplitStep, Step } from "@/api/types";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTexts } from "@/shared/i18n/texts";
import { useVocabulary } from "@/shared/i18n/vocabulary";
import { durationText } from "./duration";
import { journeysTexts } from "./journeys-texts";
import { MessagePreview } from "./message-preview";
import styles from "./step-line.module.css";

interface StopProps {
  icon: ReactNode;
  title: ReactNode;
  numbers?: ReactNode;
  tone?: "send" | "edge";
  children?: ReactNode;
}

function Stop({ icon, title, numbers, tone, children }: StopProps) {
  return (
    <li className={styles.stop}>
      <span className={`${styles.icon} ${tone ? styles[tone] : ""}`} aria-hidden="true">
        {icon}
      </span>
      <div className={styles.content}>
        <div className={styles.head}>
          <span className={styles.title}>{title}</span>
          {numbers}
        </div>
        {children}
      </div>
    </li>
  );
}

interface WalkProps {
  journey: Journey;
  experiments: ReadonlyMap<number, Experiment>;
}

/** How many stand at a place of the definition, by its path; nothing for what was never published. */
function useNumbersAt(journey: Journey) {
  const t = useTexts(journeysTexts);
  const n = useNumberFormat();
  const found = new Map(journey.steps.map((step) => [step.path, step]));
  return (path: string): ReactNode => {
    const numbers = found.get(path);
    if (!numbers || journey.version === null) return null;
    const isArm = numbers.kind === "arm";
    return (
      <span className={styles.numbers}>
        {numbers.waiting > 0 && (
          <span className={styles.waiting}>{(isArm ? t.nowThere : t.waiting)(n.whole(numbers.waiting))}</span>
        )}
        <span>{(isArm ? t.wentThere : t.done)(n.whole(numbers.done))}</span>
      </span>
    );
  };
}

function ExperimentName({ id, experiments }: { id: number; experiments: WalkProps["experiments"] }) {
  return <Link to={`/experiments/${id}`}>{experiments.get(id)?.name ?? `#${id}`}</Link>;
}

/** A message, and the other words that arms of an experiment get. */
function SendStop({ journey, experiments, step, path }: WalkProps & { step: SendStep; path: string }) {
  const t = useTexts(journeysTexts);
  const vocabulary = useVocabulary();
  const numbersAt = useNumbersAt(journey);
  const id = step.experiment_id ?? null;
  const nameOf = (key: string) =>
    (id === null ? undefined : experiments.get(id))?.definition.arms.find((arm) => arm.key === key)?.name ??
    key;
  return (
    <Stop
      icon={<SendOutlined />}
      tone="send"
      title={
        <>
          {t.send} ·{" "}
          {[step.channel, ...step.fallbacks].map((each) => vocabulary.say("channels", each)).join(" → ")}
          {id !== null && (
            <>
              {" · "}
              <ExperimentName id={id} experiments={experiments} />
            </>
          )}
        </>
      }
      numbers={numbersAt(path)}
    >
      {step.variants.length === 0 ? (
        <MessagePreview step={step} />
      ) : (
        <div className={styles.arms}>
          {step.variants.map((variant, at) => (
            <div key={variant.arm} className={styles.arm}>
              <div className={styles.armHead}>
                <strong>{t.variantFor(nameOf(variant.arm))}</strong>
                {numbersAt(`${path}.variants.${at}`)}
              </div>
              <MessagePreview step={variant} />
            </div>
          ))}
          <div className={styles.arm}>
            <div className={styles.armHead}>
              <strong>{t.othersGet}</strong>
              {numbersAt(`${path}.base`)}
            </div>
            <MessagePreview step={step} />
          </div>
        </div>
      )}
    </Stop>
  );
}

function SplitStop({ journey, experiments, step, path }: WalkProps & { step: SplitStep; path: string }) {
  const t = useTexts(journeysTexts);
  const n = useNumberFormat();
  const numbersAt = useNumbersAt(journey);
  const id = step.experiment_id ?? null;
  const weights = id === null ? undefined : experiments.get(id)?.definition.arms;
  const weightOf = (key: string, own: number) =>
    id === null ? own : (weights?.find((arm) => arm.key === key)?.weight ?? 0);
  const total = step.arms.reduce((sum, arm) => sum + weightOf(arm.key, arm.weight), 0);
  return (
    <Stop
      icon={<BranchesOutlined />}
      title={
        <>
          {t.split} · {id === null ? t.byLot : <ExperimentName id={id} experiments={experiments} />}
        </>
      }
      numbers={numbersAt(path)}
    >
      <div className={styles.arms}>
        {step.arms.map((arm, at) => (
          <section key={arm.key} className={styles.arm} aria-label={arm.name}>
            <div className={styles.armHead}>
              <strong>
                {arm.name}
                {total > 0 && (
                  <span className={styles.share}>{n.share(weightOf(arm.key, arm.weight) / total)}</span>
                )}
              </strong>
              {numbersAt(`${path}.arms.${at}`)}
            </div>
            {arm.steps.length === 0 ? (
              <p className={styles.quiet}>{t.armEmpty}</p>
            ) : (
              <ol className={styles.line}>
                <Stops
                  journey={journey}
                  experiments={experiments}
                  steps={arm.steps}
                  path={`${path}.arms.${at}.steps`}
                />
              </ol>
            )}
          </section>
        ))}
      </div>
    </Stop>
  );
}

function Stops({ journey, experiments, steps, path }: WalkProps & { steps: readonly Step[]; path: string }) {
  const t = useTexts(journeysTexts);
  const numbersAt = useNumbersAt(journey);
  return steps.map((step, index) => {
    const at = `${path}.${index}`;
    if (step.kind === "send")
      return <SendStop key={at} journey={journey} experiments={experiments} step={step} path={at} />;
    if (step.kind === "split")
      return <SplitStop key={at} journey={journey} experiments={experiments} step={step} path={at} />;
    return (
      <Stop
        key={at}
        icon={<ClockCircleOutlined />}
        title={`${t.wait} ${durationText(step.minutes, t)}`}
        numbers={numbersAt(at)}
      />
    );
  });
}

interface StepLineProps extends WalkProps {
  segmentName: string | undefined;
}

/** The journey from its trigger to its end, with how many stand at each step and went each way. */
export function StepLine({ journey, experiments, segmentName }: StepLineProps) {
  const t = useTexts(journeysTexts);
  const n = useNumberFormat();
  const { trigger, steps } = journey.definition;
  return (
    <ol className={styles.line}>
      <Stop
        icon={<ClusterOutlined />}
        tone="edge"
        title={
          <>
            {t.enters}{" "}
            <Link to={`/segments/${trigger.segment_id}`}>{segmentName ?? `#${trigger.segment_id}`}</Link>
          </>
        }
        numbers={
          journey.version !== null && (
            <span className={styles.numbers}>
              <span>
                {t.numbers.entered} {n.whole(journey.entered)}
              </span>
            </span>
          )
        }
      />
      <Stops journey={journey} experiments={experiments} steps={steps} path="steps" />
      <Stop
        icon={<CheckCircleOutlined />}
        tone="edge"
        title={t.end}
        numbers={
          journey.version !== null && (
            <span className={styles.numbers}>
              <span>{n.whole(journey.completed)}</span>
            </span>
          )
        }
      />
    </ol>
  );
}
