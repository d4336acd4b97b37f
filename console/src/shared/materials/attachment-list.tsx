import type { Attachment } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import styles from "./attachment-list.module.css";
import { AttachmentPicture } from "./attachment-picture";
import { attachmentsTexts } from "./attachments-texts";

/** What hangs on a message that somebody is to send: pictures to save, addresses to open. */
export function AttachmentList({ attachments }: { attachments: readonly Attachment[] }) {
  const t = useTexts(attachmentsTexts);
  if (attachments.length === 0) return null;
  return (
    <ul className={styles.list} aria-label={t.title}>
      {attachments.map((each, at) => {
        const name = each.title ?? `${t.one(at + 1)} · ${t.kinds[each.kind]}`;
        if (!each.url) return <li key={at}>{name}</li>;
        return (
          <li key={at}>
            <a href={each.url} target="_blank" rel="noreferrer">
              {each.kind === "image" ? (
                <AttachmentPicture address={each.url} alt={name} className={styles.picture}>
                  {name}
                </AttachmentPicture>
              ) : (
                name
              )}
            </a>
          </li>
        );
      })}
    </ul>
  );
}
