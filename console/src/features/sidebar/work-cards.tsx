import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { filledTextQuery, fillText, newKey, tellScriptUse } from "@/api/content";
import { followUpsQuery, recordFollowUp } from "@/api/leads";
import { claimTask, customerTasksQuery, endTask, nextActionQuery, TASKS } from "@/api/tasks";
import { presentMs } from "@/shared/format/present";
import { useLanguage } from "@/shared/i18n/language-context";
import { useTexts } from "@/shared/i18n/texts";
import { useSession } from "@/shared/session/session-context";
import { staffTexts } from "@/shared/staff/staff-texts";
import { When } from "@/shared/ui/when";
import { useBar } from "./context";
import styles from "./sidebar.module.css";
import { sidebarTexts } from "./sidebar-texts";

const INTENTS = ["", "high", "medium", "low"] as const;

/** What helps most now, and why; with what to say, at one tap. */
export function NextAction() {
  const t = useTexts(sidebarTexts);
  const { language } = useLanguage();
  const { customerId, send, failed, isInChat } = useBar();
  const { data } = useQuery(nextActionQuery(customerId));
  const sending = useMutation({
    mutationFn: async ({ id, text }: { id: number; text: string }) => {
      const content = text.includes("{{") ? (await fillText(text, customerId)).text : text;
      if (await send({ msgtype: "text", text: { content } })) await tellScriptUse(id, customerId, newKey());
    },
    onError: failed,
  });
  const first = data?.rows[0];
  const script = first?.scripts[0];
  const text = script?.text ?? "";
  const filled = useQuery({ ...filledTextQuery(text, customerId), enabled: text.includes("{{") });
  if (!first) return null;
  return (
    <section className={`${styles.card} ${styles.next}`} aria-label={t.next}>
      <h2 className={styles.cardTitle}>{t.next}</h2>
      <strong>{language === "zh" ? first.title_zh : first.title_en}</strong>
      <p className={styles.quiet}>{language === "zh" ? first.reason_zh : first.reason_en}</p>
      {script && <p className={`${styles.text} ${styles.clamped}`}>{filled.data?.text ?? text}</p>}
      {script && (
        <span className={styles.actions}>
          <button
            type="button"
            className={`${styles.button} ${styles.main}`}
            disabled={sending.isPending}
            onClick={() => sending.mutate({ id: script.script_id, text: script.text })}
          >
            {isInChat ? t.send : t.copy}
          </button>
          <span className={styles.quiet}>{script.name}</span>
        </span>
      )}
    </section>
  );
}

/** Open tasks about this customer; who has them, and what one may do about one's own. */
export function Tasks() {
  const t = useTexts(sidebarTexts);
  const { staff } = useSession();
  const { customerId, failed } = useBar();
  const queryClient = useQueryClient();
  const { data } = useQuery(customerTasksQuery(customerId));
  const again = () => queryClient.invalidateQueries({ queryKey: [TASKS] });
  const ending = useMutation({ mutationFn: endTask, onSuccess: again, onError: failed });
  const claiming = useMutation({ mutationFn: claimTask, onSuccess: again, onError: failed });
  const rows = data?.rows.filter((each) => each.state === "open") ?? [];
  if (rows.length === 0) return null;
  const end = (taskId: number, isDone: boolean) =>
    ending.mutate({ taskId, end: { is_done: isDone, result: "", note: "" } });
  return (
    <section className={styles.card} aria-label={t.tasks}>
      <h2 className={styles.cardTitle}>{t.tasks}</h2>
      <ul className={styles.lines}>
        {rows.map((each) => (
          <li key={each.task_id}>
            <strong>{each.title}</strong>
            {each.body && <p className={styles.text}>{each.body}</p>}
            <span className={each.is_late ? styles.warn : styles.quiet}>
              <When at={each.due_at} />
            </span>
            {each.staff_id === staff.staff_id ? (
              <span className={styles.actions}>
                <button
                  type="button"
                  className={styles.button}
                  disabled={ending.isPending}
                  onClick={() => end(each.task_id, true)}
                >
                  {t.taskDone}
                </button>
                <button
                  type="button"
                  className={styles.plain}
                  disabled={ending.isPending}
                  onClick={() => end(each.task_id, false)}
                >
                  {t.handSkip}
                </button>
              </span>
            ) : each.staff_id === null ? (
              <span className={styles.actions}>
                <button
                  type="button"
                  className={styles.button}
                  disabled={claiming.isPending}
                  onClick={() => claiming.mutate(each.task_id)}
                >
                  {t.taskClaim}
                </button>
              </span>
            ) : (
              <span className={styles.quiet}>{t.taskOf(each.staff)}</span>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What was said, written down at once: with the intent, and when to talk again. */
export function FollowUps({ mayWrite }: { mayWrite: boolean }) {
  const t = useTexts(sidebarTexts);
  const words = useTexts(staffTexts);
  const { customerId, failed, say } = useBar();
  const queryClient = useQueryClient();
  const { data } = useInfiniteQuery(followUpsQuery(customerId));
  const [text, setText] = useState("");
  const [intent, setIntent] = useState<(typeof INTENTS)[number]>("");
  const [days, setDays] = useState(0);
  const [key, setKey] = useState(newKey);
  const recording = useMutation({
    mutationFn: () => {
      const nextAt = days ? new Date(presentMs() + days * 86_400_000).toISOString() : null;
      const told = { follow_up_key: key, way: "wecom", text, intent, next_at: nextAt } as const;
      return recordFollowUp({ customerId, told });
    },
    onSuccess: async () => {
      setText("");
      setIntent("");
      setDays(0);
      setKey(newKey());
      say(t.recorded);
      await queryClient.invalidateQueries();
    },
    onError: failed,
  });
  const rows = data?.pages[0]?.rows.slice(0, 3) ?? [];
  return (
    <section className={styles.card} aria-label={t.followUps}>
      <h2 className={styles.cardTitle}>{t.followUps}</h2>
      {mayWrite && (
        <form
          className={styles.form}
          onSubmit={(event) => {
            event.preventDefault();
            recording.mutate();
          }}
        >
          <textarea
            className={styles.area}
            required
            maxLength={1000}
            aria-label={words.said}
            placeholder={words.said}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
          <div className={styles.row}>
            <select
              className={styles.select}
              aria-label={words.intent}
              value={intent}
              onChange={(event) => setIntent(event.target.value as (typeof INTENTS)[number])}
            >
              {INTENTS.map((each) => (
                <option key={each} value={each}>
                  {each ? `${words.intent} · ${words.intents[each]}` : words.intent}
                </option>
              ))}
            </select>
            <select
              className={styles.select}
              aria-label={words.nextAt}
              value={days}
              onChange={(event) => setDays(Number(event.target.value))}
            >
              {[0, 1, 3, 7, 30].map((each) => (
                <option key={each} value={each}>
                  {t.inDays(each)}
                </option>
              ))}
            </select>
          </div>
          <button type="submit" className={styles.button} disabled={recording.isPending}>
            {t.save}
          </button>
        </form>
      )}
      <ul className={styles.lines}>
        {rows.map((each) => (
          <li key={each.follow_up_id}>
            <span className={styles.text}>{each.text}</span>
            <span className={styles.quiet}>
              {each.staff} · <When at={each.recorded_at} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
