import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Checkbox, Drawer, Input } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import { ENQUIRIES, answerEnquiry, closeEnquiry, enquiryQuery, readAnswer } from "@/api/enquiries";
import { TASKS } from "@/api/tasks";
import type { Enquiry } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { ErrorState } from "@/shared/ui/error-state";
import { Field } from "@/shared/ui/field";
import { SkeletonLines } from "@/shared/ui/skeleton";
import { useNotices } from "@/shared/ui/use-notices";
import { When } from "@/shared/ui/when";
import styles from "./enquiries.module.css";
import { enquiriesTexts } from "./enquiries-texts";
import { ScriptOfAnswer } from "./script-of-answer";
import { WishOfAnswer } from "./wish-of-answer";

const SUBJECT_MAX = 200;

/** After a change all that tells of enquiries is looked at anew, the inbox too. */
function useChange<Given>(change: (given: Given) => Promise<unknown>, done: string, then?: () => void) {
  const notices = useNotices();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: async () => {
      notices.done(done);
      then?.();
      await Promise.all([ENQUIRIES, TASKS].map((key) => queryClient.invalidateQueries({ queryKey: [key] })));
    },
    onError: notices.failed,
  });
}

function AnswerForm({ row, onDone }: { row: Enquiry; onDone: () => void }) {
  const t = useTexts(enquiriesTexts);
  const [subject, setSubject] = useState(row.subject || row.text.slice(0, SUBJECT_MAX));
  const [text, setText] = useState(row.answer);
  const [isShared, setShared] = useState(row.state === "open" || row.is_shared);
  const answering = useChange(answerEnquiry, t.done, onDone);
  const closing = useChange(closeEnquiry, t.closed, onDone);
  const isReady = subject.trim() !== "" && text.trim() !== "";
  return (
    <div className={styles.form}>
      <Field label={t.subject} note={t.subjectNote}>
        {(control) => (
          <Input.TextArea
            {...control}
            autoSize={{ minRows: 1, maxRows: 4 }}
            maxLength={SUBJECT_MAX}
            value={subject}
            onChange={(event) => setSubject(event.target.value)}
          />
        )}
      </Field>
      <Field label={t.reply}>
        {(control) => (
          <Input.TextArea
            {...control}
            autoSize={{ minRows: 4, maxRows: 14 }}
            maxLength={4000}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        )}
      </Field>
      <Checkbox checked={isShared} onChange={({ target }) => setShared(target.checked)}>
        {t.share}
      </Checkbox>
      <div className={styles.actions}>
        <Button
          type="primary"
          disabled={!isReady}
          loading={answering.isPending}
          onClick={() =>
            answering.mutate({ enquiryId: row.enquiry_id, answer: { subject, text, is_shared: isShared } })
          }
        >
          {t.send}
        </Button>
        {row.state === "open" ? (
          <Button loading={closing.isPending} onClick={() => closing.mutate(row.enquiry_id)}>
            {t.close}
          </Button>
        ) : (
          <Button onClick={onDone}>{t.cancel}</Button>
        )}
      </div>
    </div>
  );
}

function About({ row }: { row: Enquiry }) {
  const t = useTexts(enquiriesTexts);
  const may = useMay();
  if (!row.customer && !row.script && !row.journey) return null;
  return (
    <p className={`${styles.about} ${styles.quiet}`}>
      {row.customer_id && (
        <span>
          {t.about.customer} <Link to={`/customers/${String(row.customer_id)}`}>{row.customer}</Link>
        </span>
      )}
      {row.journey && (
        <span>
          {t.about.journey}{" "}
          {may(rights.readJourneys) ? (
            <Link to={`/journeys/${String(row.journey_id)}`}>{row.journey}</Link>
          ) : (
            row.journey
          )}
          {row.step !== null && ` · ${t.step(row.step)}`}
        </span>
      )}
      {row.script && (
        <span>
          {t.about.script} {row.script}
        </span>
      )}
    </p>
  );
}

function Body({ row }: { row: Enquiry }) {
  const t = useTexts(enquiriesTexts);
  const may = useMay();
  const [isEditing, setEditing] = useState(false);
  const reading = useChange(readAnswer, t.got);
  const closing = useChange(closeEnquiry, t.closed);
  const mayAnswer = may(rights.answerEnquiries);
  return (
    <>
      <section className={styles.part} aria-label={t.question}>
        <h2 className={styles.heading}>{t.question}</h2>
        <p className={styles.text}>{row.text}</p>
        <p className={styles.quiet}>
          {row.asked_by} · <When at={row.asked_at} />
        </p>
        <About row={row} />
        {row.is_mine && row.state === "open" && !mayAnswer && (
          <div className={styles.actions}>
            <Button loading={closing.isPending} onClick={() => closing.mutate(row.enquiry_id)}>
              {t.close}
            </Button>
          </div>
        )}
      </section>
      {row.state !== "closed" && (row.answer || mayAnswer) && (
        <section className={styles.part} aria-label={t.answer}>
          <h2 className={styles.heading}>{t.answer}</h2>
          {row.answer && !isEditing && (
            <>
              <p className={`${styles.text} ${styles.said}`}>{row.answer}</p>
              <p className={styles.quiet}>
                {row.ended_by} · <When at={row.ended_at} /> · {row.is_shared ? t.isShared : t.isPrivate}
              </p>
              <div className={styles.actions}>
                {row.is_mine && row.read_at === null && (
                  <Button
                    type="primary"
                    loading={reading.isPending}
                    onClick={() => reading.mutate(row.enquiry_id)}
                  >
                    {t.got}
                  </Button>
                )}
                {mayAnswer && <Button onClick={() => setEditing(true)}>{t.change}</Button>}
              </div>
            </>
          )}
          {mayAnswer && (isEditing || !row.answer) && (
            <AnswerForm row={row} onDone={() => setEditing(false)} />
          )}
        </section>
      )}
      {mayAnswer && row.state === "answered" && !isEditing && (
        <>
          {may(rights.writeScripts) && <ScriptOfAnswer row={row} />}
          {may(rights.readJourneys) && <WishOfAnswer row={row} />}
        </>
      )}
    </>
  );
}

/** One enquiry: what was asked and answered, and what becomes of the answer. */
export function EnquiryDrawer({ enquiryId, onClose }: { enquiryId: number; onClose: () => void }) {
  const t = useTexts(enquiriesTexts);
  const { data, error, refetch } = useQuery(enquiryQuery(enquiryId));
  return (
    <Drawer open size={560} title={t.questionTitle} onClose={onClose}>
      {error && !data ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : data ? (
        <Body key={data.enquiry_id} row={data} />
      ) : (
        <SkeletonLines lines={6} />
      )}
    </Drawer>
  );
}
