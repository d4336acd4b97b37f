import type { SendStep } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { useVocabulary } from "@/shared/i18n/vocabulary";
import { journeysTexts } from "./journeys-texts";
import styles from "./message-preview.module.css";

const SLOT = /\{\{\s*([\w.]+)\s*(?:\|([^}]*))?\}\}/g;

/** A text with its slots: `{{ name|朋友 }}` shows what would stand there. */
function Filled({ text }: { text: string }) {
  const vocabulary = useVocabulary();
  const parts = [];
  let from = 0;
  for (const match of text.matchAll(SLOT)) {
    parts.push(text.slice(from, match.index));
    parts.push(
      <span key={match.index} className={styles.slot}>
        {match[2]?.trim() ?? vocabulary.say("attributes", match[1] ?? "")}
      </span>,
    );
    from = match.index + match[0].length;
  }
  parts.push(text.slice(from));
  return <>{parts}</>;
}

export function MessagePreview({ step }: { step: Pick<SendStep, "title" | "body" | "link_url"> }) {
  const t = useTexts(journeysTexts);
  return (
    <div className={styles.message}>
      <p className={styles.title}>{step.title ? <Filled text={step.title} /> : "—"}</p>
      <p className={styles.body}>
        <Filled text={step.body} />
      </p>
      {step.link_url && (
        <p className={styles.link} title={step.link_url}>
          <span className="visually-hidden">{t.link}: </span>
          {step.link_url.replace(/^https?:\/\//, "")}
        </p>
      )}
    </div>
  );
}
