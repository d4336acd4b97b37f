import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { deleteQuickReply, fillText, quickRepliesQuery, saveQuickReply } from "@/api/content";
import type { QuickReply } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { useBar } from "./context";
import styles from "./sidebar.module.css";
import { sidebarTexts } from "./sidebar-texts";

/** What one often says oneself: kept here, sent at one tap. */
export function RepliesTab() {
  const t = useTexts(sidebarTexts);
  const { customerId, send, failed, isInChat } = useBar();
  const queryClient = useQueryClient();
  const { data } = useQuery(quickRepliesQuery());
  const [isOpen, setOpen] = useState(false);
  const [title, setTitle] = useState("");
  const [body, setBody] = useState("");
  const again = () => queryClient.invalidateQueries({ queryKey: ["quick-replies"] });
  const saving = useMutation({
    mutationFn: () => saveQuickReply(null, { title, body }),
    onSuccess: () => {
      setTitle("");
      setBody("");
      setOpen(false);
      return again();
    },
    onError: failed,
  });
  const removing = useMutation({ mutationFn: deleteQuickReply, onSuccess: again, onError: failed });
  const sending = useMutation({
    mutationFn: async (reply: QuickReply) => {
      const content = reply.body.includes("{{") ? (await fillText(reply.body, customerId)).text : reply.body;
      return send({ msgtype: "text", text: { content } });
    },
    onError: failed,
  });
  return (
    <>
      {data?.rows.length === 0 && !isOpen && <p className={styles.quiet}>{t.noReplies}</p>}
      <ul className={styles.form}>
        {data?.rows.map((each) => (
          <li key={each.reply_id} className={styles.card} aria-label={each.title}>
            <strong>{each.title}</strong>
            <p className={`${styles.text} ${styles.clamped}`}>{each.body}</p>
            <span className={styles.actions}>
              <button
                type="button"
                className={`${styles.button} ${styles.main}`}
                disabled={sending.isPending}
                onClick={() => sending.mutate(each)}
              >
                {isInChat ? t.send : t.copy}
              </button>
              <button
                type="button"
                className={styles.plain}
                disabled={removing.isPending}
                onClick={() => removing.mutate(each.reply_id)}
              >
                {t.remove}
              </button>
            </span>
          </li>
        ))}
      </ul>
      {isOpen ? (
        <form
          className={`${styles.card} ${styles.form}`}
          onSubmit={(event) => {
            event.preventDefault();
            saving.mutate();
          }}
        >
          <input
            className={styles.search}
            maxLength={60}
            required
            aria-label={t.replyTitle}
            placeholder={t.replyTitle}
            value={title}
            onChange={(event) => setTitle(event.target.value)}
          />
          <textarea
            className={styles.area}
            maxLength={2000}
            required
            aria-label={t.replyBody}
            placeholder={t.replyBody}
            value={body}
            onChange={(event) => setBody(event.target.value)}
          />
          <button type="submit" className={`${styles.button} ${styles.main}`} disabled={saving.isPending}>
            {t.save}
          </button>
        </form>
      ) : (
        <button type="button" className={styles.button} onClick={() => setOpen(true)}>
          {t.newReply}
        </button>
      )}
    </>
  );
}
