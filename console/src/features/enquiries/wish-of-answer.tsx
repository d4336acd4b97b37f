import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Input, Select } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import { ENQUIRIES, wishChange } from "@/api/enquiries";
import { journeyListQuery } from "@/api/journeys";
import type { Enquiry } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { Field } from "@/shared/ui/field";
import { useNotices } from "@/shared/ui/use-notices";
import styles from "./enquiries.module.css";
import { enquiriesTexts } from "./enquiries-texts";

function Form({ row, onDone }: { row: Enquiry; onDone: () => void }) {
  const t = useTexts(enquiriesTexts);
  const notices = useNotices();
  const queryClient = useQueryClient();
  const { data } = useInfiniteQuery(journeyListQuery());
  const [journeyId, setJourneyId] = useState<number | null>(row.wish?.journey_id ?? row.journey_id);
  const [text, setText] = useState(row.wish?.text ?? row.answer.slice(0, 1000));
  const wishing = useMutation({
    mutationFn: wishChange,
    onSuccess: async () => {
      notices.done(t.wishDone);
      onDone();
      await queryClient.invalidateQueries({ queryKey: [ENQUIRIES] });
    },
    onError: notices.failed,
  });
  const journeys = data?.pages.flatMap((page) => page.rows) ?? [];
  const submit = () => {
    if (journeyId === null) return;
    const step = journeyId === row.journey_id ? row.step : null;
    wishing.mutate({ enquiryId: row.enquiry_id, wish: { journey_id: journeyId, step, text } });
  };
  return (
    <div className={styles.form}>
      <Field label={t.journey}>
        {(control) => (
          <Select<number | null>
            {...control}
            style={{ width: "100%" }}
            value={journeyId}
            showSearch={{ optionFilterProp: "label" }}
            options={journeys.map((each) => ({ value: each.journey_id, label: each.name }))}
            onChange={setJourneyId}
          />
        )}
      </Field>
      <Field label={t.wish}>
        {(control) => (
          <Input.TextArea
            {...control}
            autoSize={{ minRows: 3, maxRows: 10 }}
            maxLength={1000}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        )}
      </Field>
      <div className={styles.actions}>
        <Button
          type="primary"
          disabled={journeyId === null || !text.trim()}
          loading={wishing.isPending}
          onClick={submit}
        >
          {t.sendWish}
        </Button>
        <Button type="text" onClick={onDone}>
          {t.cancel}
        </Button>
      </div>
    </div>
  );
}

/** An answer becomes a wish that a journey be changed; it changes by being published. */
export function WishOfAnswer({ row }: { row: Enquiry }) {
  const t = useTexts(enquiriesTexts);
  const may = useMay();
  const [isOpen, setOpen] = useState(false);
  const { wish } = row;
  return (
    <section className={styles.part} aria-label={t.toWish}>
      <h2 className={styles.heading}>{t.toWish}</h2>
      {wish && (
        <>
          <p className={styles.text}>{t.wished(wish.journey)}</p>
          <p className={`${styles.soft} ${styles.said}`}>{wish.text}</p>
          <p className={styles.quiet}>
            {[
              wish.by,
              wish.settled_at ? t.wishSettled : t.wishOpen,
              wish.version_since !== null && t.wishPublished(wish.version_since),
            ]
              .filter(Boolean)
              .join(" · ")}
          </p>
        </>
      )}
      {isOpen ? (
        <Form row={row} onDone={() => setOpen(false)} />
      ) : (
        <>
          {!wish && <p className={styles.quiet}>{t.toWishNote}</p>}
          <div className={styles.actions}>
            <Button onClick={() => setOpen(true)}>{t.toWish}</Button>
            {wish && may(rights.writeJourneys) && (
              <Link to={`/journeys/${String(wish.journey_id)}/edit`}>{t.openEditor}</Link>
            )}
          </div>
        </>
      )}
    </section>
  );
}
