import { FileOutlined, LinkOutlined } from "@ant-design/icons";
import type { GroupWelcomeRow } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { welcomesTexts } from "./welcomes-texts";
import styles from "./welcomes.module.css";

export const NICKNAME = "%NICKNAME%";

/** What who joins reads, as their phone shows it. */
export function WelcomeBubble({ content }: { content: GroupWelcomeRow["content"] }) {
  const t = useTexts(welcomesTexts);
  const { attachment } = content;
  return (
    <div className={styles.phone}>
      {content.text && <p className={styles.bubble}>{content.text.replaceAll(NICKNAME, t.nicknameWord)}</p>}
      {attachment &&
        (attachment.kind === "image" && attachment.url ? (
          <img className={styles.picture} src={attachment.url} alt={t.kinds.image} />
        ) : (
          <div className={styles.card}>
            <div>
              <strong>{attachment.title ?? t.kinds[attachment.kind]}</strong>
              <span>{attachment.description ?? attachment.url ?? attachment.page ?? ""}</span>
            </div>
            {attachment.kind === "file" ? <FileOutlined aria-hidden /> : <LinkOutlined aria-hidden />}
          </div>
        ))}
    </div>
  );
}
