import { CloseOutlined, PlusOutlined } from "@ant-design/icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Input, Select } from "antd";
import { useState } from "react";
import { addAction, removeAction, reviewActionsQuery, saveAction } from "@/api/reviews";
import type { Review, ReviewAction } from "@/api/types";
import { presentTime } from "@/shared/format/present";
import { businessDay, useTimeFormat } from "@/shared/format/time-format";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay, useSession } from "@/shared/session/session-context";
import { ErrorState } from "@/shared/ui/error-state";
import { Field } from "@/shared/ui/field";
import { Panel } from "@/shared/ui/panel";
import { useNotices } from "@/shared/ui/use-notices";
import { StaffPick } from "@/shared/staff/staff-pick";
import { reviewsTexts } from "./reviews-texts";
import styles from "./reviews.module.css";

const STATES = ["todo", "doing", "done", "dropped"] as const;

function NewAction({ review, onDone }: { review: Review; onDone: () => Promise<void> }) {
  const t = useTexts(reviewsTexts);
  const notices = useNotices();
  const [text, setText] = useState("");
  const [owner, setOwner] = useState<number | null>(null);
  const [due, setDue] = useState("");
  const add = useMutation({
    mutationFn: () => addAction(review.review_id, text, owner, due || null),
    onSuccess: async () => {
      setText("");
      await onDone();
    },
    onError: notices.failed,
  });
  return (
    <form
      className={styles.newAction}
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim()) add.mutate();
      }}
    >
      <Field label={t.addAction}>
        {(control) => (
          <Input
            {...control}
            maxLength={500}
            placeholder={t.what}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        )}
      </Field>
      <div className={styles.pair}>
        <Field label={t.owner}>
          {(control) => <StaffPick control={control} allowClear value={owner} onChange={setOwner} />}
        </Field>
        <Field label={t.due}>
          {(control) => (
            <Input {...control} type="date" value={due} onChange={(event) => setDue(event.target.value)} />
          )}
        </Field>
      </div>
      <div>
        <Button
          htmlType="submit"
          icon={<PlusOutlined aria-hidden />}
          disabled={!text.trim()}
          loading={add.isPending}
        >
          {t.add}
        </Button>
      </div>
    </form>
  );
}

/** What is to be done: what came of this review, and what is open of those before. */
export function ActionsPanel({ review }: { review: Review }) {
  const t = useTexts(reviewsTexts);
  const time = useTimeFormat();
  const may = useMay();
  const session = useSession();
  const notices = useNotices();
  const queryClient = useQueryClient();
  const { data, error, refetch } = useQuery(reviewActionsQuery(review.review_id));
  const refresh = () => queryClient.invalidateQueries({ queryKey: ["review-actions"] });
  const save = useMutation({ mutationFn: saveAction, onSuccess: refresh, onError: notices.failed });
  const remove = useMutation({ mutationFn: removeAction, onSuccess: refresh, onError: notices.failed });
  const people = new Map(data?.people.map((each) => [each.staff_id, each.name]));
  const names = new Map(data?.names.map((each) => [each.definition_id, each.name]));
  const today = businessDay(presentTime().toISOString());
  const mayWrite = may(rights.writeReviews);
  const about = (action: ReviewAction) =>
    [
      people.get(action.owner_id ?? 0) ?? t.nobody,
      action.due_on && time.day(action.due_on),
      action.review_id !== review.review_id &&
        t.carried(names.get(action.review_id) ?? `#${action.review_id}`),
    ]
      .filter(Boolean)
      .join(" · ");
  return (
    <Panel title={t.actions} note={t.actionsNote}>
      {error && !data && <ErrorState error={error} onRetry={() => void refetch()} />}
      {data?.rows.length === 0 && <p className={styles.quiet}>{t.noActions}</p>}
      <ul className={styles.actions} hidden={!data?.rows.length}>
        {data?.rows.map((action) => {
          const isOpen = action.state === "todo" || action.state === "doing";
          return (
            <li key={action.action_id}>
              <span>
                <span className={isOpen ? undefined : styles.over}>{action.text}</span>
                <br />
                <span className={styles.quiet}>
                  {about(action)}
                  {isOpen && action.due_on && action.due_on < today && (
                    <span className={styles.overdue}> · {t.overdue}</span>
                  )}
                </span>
              </span>
              <span className={styles.line}>
                {mayWrite || action.owner_id === session.staff.staff_id ? (
                  <Select
                    aria-label={t.stateOf(action.text)}
                    style={{ width: 108 }}
                    value={action.state}
                    onChange={(state) => save.mutate({ ...action, state })}
                    options={STATES.map((value) => ({ value, label: t.states[value] }))}
                  />
                ) : (
                  t.states[action.state]
                )}
                {mayWrite && !review.closed_at && action.review_id === review.review_id && (
                  <Button
                    type="text"
                    size="small"
                    aria-label={`${t.remove} ${action.text}`}
                    icon={<CloseOutlined aria-hidden />}
                    onClick={() => remove.mutate(action.action_id)}
                  />
                )}
              </span>
            </li>
          );
        })}
      </ul>
      {mayWrite && !review.closed_at && (
        <NewAction
          review={review}
          onDone={async () => {
            await refresh();
          }}
        />
      )}
    </Panel>
  );
}
