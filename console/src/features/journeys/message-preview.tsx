import { useTexts } from "@/shared/i18n/texts";
import { useVocabulary } from "@/shared/i18n/vocabulary";
import { formTexts } from "./forms/form-texts";
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

interface MessagePreviewProps {
  text: { title?: string; body: string; link_url?: string | null };
}

/** A message as it looks in a chat. */
export function MessagePreview({ text }: MessagePreviewProps) {
  const t = useTexts(formTexts);
  return (
    <div className={styles.message}>
      {text.title !== undefined && (
        <p className={styles.title}>{text.title ? <Filled text={text.title} /> : "—"}</p>
      )}
      <p className={styles.body}>
        <Filled text={text.body} />
      </p>
      {text.link_url && (
        <p className={styles.link} title={text.link_url}>
          <span className="visually-hidden">{t.link}: </span>
          {text.link_url.replace(/^https?:\/\//, "")}
        </p>
      )}
    </div>
  );
}
