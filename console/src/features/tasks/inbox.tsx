import { CheckOutlined, CheckSquareOutlined, CopyOutlined } from "@ant-design/icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { useState, type KeyboardEvent } from "react";
import { Link } from "react-router";
import { endHandTask } from "@/api/reach";
import { ENQUIRIES, readAnswer } from "@/api/enquiries";
import { TASKS, inboxQuery } from "@/api/tasks";
import type { InboxRow } from "@/api/types";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTimeFormat } from "@/shared/format/time-format";
import { useCurrency } from "@/shared/format/use-currency";
import { useTexts } from "@/shared/i18n/texts";
import { AttachmentList } from "@/shared/materials/attachment-list";
import { plainMessage } from "@/shared/materials/plain-message";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { AskDialog } from "@/shared/staff/ask-dialog";
import { EndDialog } from "@/shared/staff/end-dialog";
import { FollowUpDialog } from "@/shared/staff/follow-up-dialog";
import { HandDialog } from "@/shared/staff/hand-dialog";
import { staffTexts } from "@/shared/staff/staff-texts";
import { copyText } from "@/shared/ui/copy-text";
import { EmptyState } from "@/shared/ui/empty-state";
import { ErrorState } from "@/shared/ui/error-state";
import { Panel } from "@/shared/ui/panel";
import { SkeletonLines } from "@/shared/ui/skeleton";
import { StatusTag, type Tone } from "@/shared/ui/status-tag";
import { useNotices } from "@/shared/ui/use-notices";
import { TaskHeading } from "./task-heading";
import { tasksTexts } from "./tasks-texts";
import styles from "./tasks.module.css";

const GROUPS = ["overdue", "today", "later", "done"] as const;
const TONES: Record<InboxRow["kind"], Tone> = {
  task: "brand",
  hand: "info",
  pack: "amber",
  follow_up: "quiet",
  answer: "brand",
};

type Asked = { what: "done" | "skip" | "hand" | "follow_up" | "ask"; row: InboxRow };

function Words({ row }: { row: InboxRow }) {
  const t = useTexts(tasksTexts);
  const n = useNumberFormat();
  const currency = useCurrency();
  const worth = row.worth_fen > 0 ? t.worth(n.moneyShort(row.worth_fen, currency)) : "";
  if (row.task) return <TaskHeading task={row.task} more={worth} />;
  if (row.kind === "answer")
    return (
      <div className={styles.words}>
        <span className={styles.head}>
          <span className={styles.name}>{t.asked(row.title)}</span>
          {row.customer_id && row.customer && (
            <Link to={`/customers/${row.customer_id}`}>{row.customer}</Link>
          )}
        </span>
        <p className={styles.text}>{row.text}</p>
      </div>
    );
  const name = row.kind === "pack" ? t.packTitle(n.whole(row.customers ?? 0)) : row.title || t.promised;
  return (
    <div className={styles.words}>
      <span className={styles.head}>
        <span className={styles.name}>{name}</span>
        {row.customer_id && <Link to={`/customers/${row.customer_id}`}>{row.customer}</Link>}
      </span>
      <p className={styles.text}>{[row.text, row.link_url].filter(Boolean).join("\n")}</p>
      <AttachmentList attachments={row.attachments} />
      {worth && <span className={styles.quiet}>{worth}</span>}
      {row.kind === "pack" && row.group !== "done" && (
        <span className={styles.quiet}>{t.confirmInWecom}</span>
      )}
    </div>
  );
}

function HandActions({ row }: { row: InboxRow }) {
  const t = useTexts(tasksTexts);
  const notices = useNotices();
  const queryClient = useQueryClient();
  const ending = useMutation({
    mutationFn: endHandTask,
    onSuccess: async () => {
      notices.done(t.sentDone);
      await queryClient.invalidateQueries({ queryKey: [TASKS] });
    },
    onError: notices.failed,
  });
  const copy = () =>
    void copyText(plainMessage(row.text, row.link_url, row.attachments)).then(
      () => notices.done(t.copied),
      notices.failed,
    );
  const messageId = row.message_id ?? 0;
  return (
    <>
      <Button size="small" icon={<CopyOutlined aria-hidden />} onClick={copy}>
        {t.copy}
      </Button>
      <Button
        size="small"
        type="primary"
        loading={ending.isPending}
        onClick={() => ending.mutate({ messageId, sent: true })}
      >
        {t.sent}
      </Button>
    </>
  );
}

function AnswerActions({ enquiryId }: { enquiryId: number }) {
  const t = useTexts(tasksTexts);
  const notices = useNotices();
  const queryClient = useQueryClient();
  const reading = useMutation({
    mutationFn: readAnswer,
    onSuccess: () =>
      Promise.all([TASKS, ENQUIRIES].map((key) => queryClient.invalidateQueries({ queryKey: [key] }))),
    onError: notices.failed,
  });
  return (
    <Button size="small" type="primary" loading={reading.isPending} onClick={() => reading.mutate(enquiryId)}>
      {t.readAnswer}
    </Button>
  );
}

function Actions({ row, onAsk }: { row: InboxRow; onAsk: (asked: Asked) => void }) {
  const t = useTexts(staffTexts);
  const words = useTexts(tasksTexts);
  const may = useMay();
  if (row.group === "done") return null;
  if (row.kind === "answer") return row.enquiry_id && <AnswerActions enquiryId={row.enquiry_id} />;
  if (row.kind === "hand") return may(rights.writeContacts) && <HandActions row={row} />;
  if (row.kind === "pack" || !may(rights.writeTasks)) return null;
  return (
    <>
      {row.task && (
        <Button
          size="small"
          type="primary"
          icon={<CheckOutlined aria-hidden />}
          onClick={() => onAsk({ what: "done", row })}
        >
          {t.done}
        </Button>
      )}
      <Button
        size="small"
        type={row.task ? "default" : "primary"}
        onClick={() => onAsk({ what: "follow_up", row })}
      >
        {t.followUp}
      </Button>
      {row.task && (
        <>
          <Button size="small" onClick={() => onAsk({ what: "hand", row })}>
            {t.hand}
          </Button>
          {may(rights.writeEnquiries) && (
            <Button size="small" onClick={() => onAsk({ what: "ask", row })}>
              {words.askAbout}
            </Button>
          )}
          <Button size="small" type="text" onClick={() => onAsk({ what: "skip", row })}>
            {t.skip}
          </Button>
        </>
      )}
    </>
  );
}

function Item({ row, onAsk }: { row: InboxRow; onAsk: (asked: Asked) => void }) {
  const t = useTexts(tasksTexts);
  const time = useTimeFormat();
  const may = useMay();
  const isLate = row.group === "overdue";
  const onKeyDown = (event: KeyboardEvent<HTMLLIElement>) => {
    if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) return;
    const { currentTarget: item } = event;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const all = [...(item.closest("[data-inbox]")?.querySelectorAll<HTMLElement>("li[tabindex]") ?? [])];
      all[all.indexOf(item) + (event.key === "ArrowDown" ? 1 : -1)]?.focus();
    } else {
      const key = event.key.toLowerCase();
      if (row.group === "done" || !may(rights.writeTasks)) return;
      if (row.task && key === "d") onAsk({ what: "done", row });
      else if (row.task && key === "h") onAsk({ what: "hand", row });
      else if (row.kind !== "answer" && row.customer_id && key === "f") onAsk({ what: "follow_up", row });
      else return;
    }
    event.preventDefault();
  };
  return (
    // Each line takes the focus, so that the keys below work on it.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <li
      // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      className={row.group === "done" ? `${styles.item} ${styles.isDone}` : styles.item}
      aria-label={row.task?.title ?? `${t.kinds[row.kind]} ${row.customer}`}
      onKeyDown={onKeyDown}
    >
      <StatusTag tone={TONES[row.kind]}>{t.kinds[row.kind]}</StatusTag>
      <Words row={row} />
      <span className={styles.actions}>
        {row.at && (
          <time
            dateTime={row.at}
            title={time.full(row.at)}
            className={isLate ? `${styles.when} ${styles.overdue} num` : `${styles.when} num`}
          >
            {row.group === "today" || row.group === "done" ? time.clock(row.at) : time.ago(row.at)}
          </time>
        )}
        <Actions row={row} onAsk={onAsk} />
      </span>
    </li>
  );
}

/** What somebody has to do today, in the order in which to do it. */
export function Inbox() {
  const t = useTexts(tasksTexts);
  const n = useNumberFormat();
  const { data, error, refetch } = useQuery(inboxQuery());
  const [asked, setAsked] = useState<Asked | null>(null);
  const close = () => setAsked(null);
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data)
    return (
      <Panel>
        <SkeletonLines lines={6} />
      </Panel>
    );
  const open = GROUPS.filter((group) => data.rows.some((row) => row.group === group));
  return (
    <div className={styles.stack} data-inbox>
      <p className={styles.notes}>
        {data.unassigned > 0 && <Link to="/tasks/unassigned">{t.unassigned(n.whole(data.unassigned))}</Link>}
        {data.to_answer > 0 && <Link to="/tasks/enquiries">{t.toAnswer(n.whole(data.to_answer))}</Link>}
        {data.rows.length > 0 && (
          <>
            <span>{t.order}</span>
            <span className={styles.keys}>{t.keys}</span>
          </>
        )}
      </p>
      {data.rows.length === 0 && (
        <Panel>
          <EmptyState icon={<CheckSquareOutlined aria-hidden />} title={t.empty} text={t.emptyText} />
        </Panel>
      )}
      {open.map((group) => {
        const rows = data.rows.filter((row) => row.group === group);
        return (
          <Panel key={group} flush title={t.groups[group]} note={n.whole(rows.length)}>
            <ul className={styles.items}>
              {rows.map((row) => (
                <Item
                  key={`${row.kind}:${row.task?.task_id ?? row.message_id ?? row.enquiry_id ?? `${row.customer_id}:${row.text}`}`}
                  row={row}
                  onAsk={setAsked}
                />
              ))}
            </ul>
          </Panel>
        );
      })}
      {asked?.row.task && (asked.what === "done" || asked.what === "skip") && (
        <EndDialog task={asked.row.task} isDone={asked.what === "done"} onClose={close} />
      )}
      {asked?.row.task && asked.what === "ask" && (
        <AskDialog
          customerId={asked.row.task.customer_id}
          customer={asked.row.task.customer}
          task={asked.row.task}
          onClose={close}
        />
      )}
      {asked?.row.task && asked.what === "hand" && <HandDialog task={asked.row.task} onClose={close} />}
      {asked?.row.customer_id && asked.what === "follow_up" && (
        <FollowUpDialog customerId={asked.row.customer_id} customer={asked.row.customer} onClose={close} />
      )}
    </div>
  );
}
