import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ENQUIRIES, ask, enquiryListQuery, foundAnswersQuery, readAnswer } from "@/api/enquiries";
import { useTexts } from "@/shared/i18n/texts";
import { askTexts } from "@/shared/staff/ask-texts";
import { useDebounced } from "@/shared/ui/use-debounced";
import { useBar } from "./context";
import styles from "./sidebar.module.css";
import { sidebarTexts } from "./sidebar-texts";

const SHOWN = 3;

/** Asks what one does not know about this customer; before that, what was answered to others; after it, the answer. */
export function AskCard() {
  const t = useTexts(sidebarTexts);
  const words = useTexts(askTexts);
  const { customerId, send, say, failed, isInChat } = useBar();
  const queryClient = useQueryClient();
  const [text, setText] = useState("");
  const wanted = useDebounced(text.trim(), 400);
  const again = () => queryClient.invalidateQueries({ queryKey: [ENQUIRIES] });
  const similar = useQuery({ ...foundAnswersQuery(wanted, SHOWN), enabled: wanted !== "" });
  const mine = useInfiniteQuery(enquiryListQuery("mine", undefined, customerId));
  const asking = useMutation({
    mutationFn: ask,
    onSuccess: () => {
      setText("");
      say(words.sent);
      return again();
    },
    onError: failed,
  });
  const reading = useMutation({ mutationFn: readAnswer, onSuccess: again, onError: failed });
  const rows = mine.data?.pages[0]?.rows.filter((each) => each.state !== "closed").slice(0, SHOWN) ?? [];
  const found = wanted ? (similar.data?.rows ?? []) : [];
  return (
    <section className={styles.card} aria-label={t.ask}>
      <h2 className={styles.cardTitle}>{t.ask}</h2>
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          asking.mutate({
            text,
            customer_id: customerId,
            task_id: null,
            script_id: null,
            journey_id: null,
            step: null,
          });
        }}
      >
        <textarea
          className={styles.area}
          required
          maxLength={2000}
          aria-label={words.question}
          placeholder={t.askHint}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        {text.trim() && (
          <button type="submit" className={styles.button} disabled={asking.isPending}>
            {words.send}
          </button>
        )}
      </form>
      {found.length > 0 && (
        <ul className={styles.lines} aria-label={words.similar}>
          {found.map((each) => (
            <li key={each.enquiry_id}>
              <span className={styles.quiet}>{words.similar}</span>
              <strong>{each.subject}</strong>
              <p className={styles.text}>{each.answer}</p>
              <span className={styles.actions}>
                <button
                  type="button"
                  className={styles.button}
                  onClick={() => void send({ msgtype: "text", text: { content: each.answer } })}
                >
                  {isInChat ? t.send : t.copy}
                </button>
              </span>
            </li>
          ))}
        </ul>
      )}
      {rows.length > 0 && (
        <ul className={styles.lines} aria-label={t.asked}>
          {rows.map((each) => (
            <li key={each.enquiry_id}>
              <strong>{each.text}</strong>
              {each.answer ? (
                <p className={styles.text}>{each.answer}</p>
              ) : (
                <span className={styles.quiet}>{t.waiting}</span>
              )}
              {each.answer && (
                <span className={styles.actions}>
                  <button
                    type="button"
                    className={styles.button}
                    onClick={() => {
                      if (each.read_at === null) reading.mutate(each.enquiry_id);
                      void send({ msgtype: "text", text: { content: each.answer } });
                    }}
                  >
                    {isInChat ? t.send : t.copy}
                  </button>
                  <span className={styles.quiet}>{words.askedBy(each.ended_by)}</span>
                </span>
              )}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
