import { useTexts } from "@/shared/i18n/texts";
import { TextWithPlaces } from "@/shared/materials/text-with-places";
import { formTexts } from "./forms/form-texts";
import styles from "./message-preview.module.css";

interface MessagePreviewProps {
  text: { title?: string; body: string; link_url?: string | null };
}

/** A message as it looks in a chat. */
export function MessagePreview({ text }: MessagePreviewProps) {
  const t = useTexts(formTexts);
  return (
    <div className={styles.message}>
      {text.title !== undefined && (
        <p className={styles.title}>{text.title ? <TextWithPlaces text={text.title} /> : "—"}</p>
      )}
      <p className={styles.body}>
        <TextWithPlaces text={text.body} />
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
