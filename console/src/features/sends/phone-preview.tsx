import { LinkOutlined } from "@ant-design/icons";
import type { SendDefinition } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { AttachmentPicture } from "@/shared/materials/attachment-picture";
import { attachmentsTexts } from "@/shared/materials/attachments-texts";
import { textOfAnybody } from "@/shared/materials/places";
import { sendsTexts } from "./sends-texts";
import styles from "./sends.module.css";

/** As the phone of somebody shows it of whom nothing is known: nothing where nothing is to stand instead. */
const filled = (text: string) => textOfAnybody(text, () => "");

/** The message as it looks in a chat; over it who speaks, where that is one persona. */
export function PhonePreview(props: { content: SendDefinition["content"]; speaker?: string | undefined }) {
  const { content, speaker } = props;
  const t = useTexts(sendsTexts);
  const { kinds } = useTexts(attachmentsTexts);
  return (
    <figure className={styles.phone} aria-label={t.preview}>
      {speaker && <figcaption className={styles.cardLink}>{speaker}</figcaption>}
      <div className={styles.bubble}>{filled(content.body) || "…"}</div>
      {content.link_url && (
        <div className={styles.card}>
          <span className={styles.cardTitle}>{filled(content.title)}</span>
          <span className={styles.cardLink}>
            <LinkOutlined aria-hidden /> {content.link_url.replace(/^https?:\/\//, "")}
          </span>
        </div>
      )}
      {content.attachments.map((each, at) => {
        const card = (
          <div key={at} className={styles.card}>
            <span className={styles.cardTitle}>{each.title ?? kinds[each.kind]}</span>
            <span className={styles.cardLink}>
              {each.description ?? each.url ?? each.page ?? each.media_id ?? ""}
            </span>
          </div>
        );
        return each.kind === "image" && each.url ? (
          <AttachmentPicture key={at} address={each.url} alt={kinds.image} className={styles.picture}>
            {card}
          </AttachmentPicture>
        ) : (
          card
        );
      })}
    </figure>
  );
}
