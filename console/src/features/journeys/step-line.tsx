import { CheckCircleOutlined, ClockCircleOutlined, ClusterOutlined, SendOutlined } from "@ant-design/icons";
import type { ReactNode } from "react";
import { Link } from "react-router";
import type { Journey } from "@/api/types";
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

/** The journey from its trigger to its end, with how many stand at each step. */
export function StepLine({ journey, segmentName }: { journey: Journey; segmentName: string | undefined }) {
  const t = useTexts(journeysTexts);
  const n = useNumberFormat();
  const vocabulary = useVocabulary();
  const { trigger, steps } = journey.definition;
  const numbersOf = (index: number) => {
    const numbers = journey.steps.find((step) => step.index === index);
    if (!numbers || journey.version === null) return null;
    return (
      <span className={styles.numbers}>
        {numbers.waiting > 0 && <span className={styles.waiting}>{t.waiting(n.whole(numbers.waiting))}</span>}
        <span>{t.done(n.whole(numbers.done))}</span>
      </span>
    );
  };
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
      {steps.map((step, index) =>
        step.kind === "wait" ? (
          <Stop
            key={index}
            icon={<ClockCircleOutlined />}
            title={`${t.wait} ${durationText(step.minutes, t)}`}
            numbers={numbersOf(index)}
          />
        ) : (
          <Stop
            key={index}
            icon={<SendOutlined />}
            tone="send"
            title={`${t.send} · ${vocabulary.say("channels", step.channel)}`}
            numbers={numbersOf(index)}
          >
            <MessagePreview step={step} />
          </Stop>
        ),
      )}
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
