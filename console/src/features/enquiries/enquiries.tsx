import { CommentOutlined, SearchOutlined } from "@ant-design/icons";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Button, Input, Segmented } from "antd";
import { useState } from "react";
import { enquiryListQuery, foundAnswersQuery } from "@/api/enquiries";
import type { Enquiry } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { AskDialog } from "@/shared/staff/ask-dialog";
import { askTexts } from "@/shared/staff/ask-texts";
import { EmptyState } from "@/shared/ui/empty-state";
import { ErrorState } from "@/shared/ui/error-state";
import { LoadMore } from "@/shared/ui/load-more";
import { Panel } from "@/shared/ui/panel";
import { SkeletonLines } from "@/shared/ui/skeleton";
import { StatusTag, type Tone } from "@/shared/ui/status-tag";
import { useDebounced } from "@/shared/ui/use-debounced";
import { When } from "@/shared/ui/when";
import styles from "./enquiries.module.css";
import { enquiriesTexts } from "./enquiries-texts";
import { EnquiryDrawer } from "./enquiry-drawer";

type View = "mine" | "open" | "team" | "answers";

const TONES: Record<Enquiry["state"], Tone> = { open: "amber", answered: "brand", closed: "quiet" };

function Empty({ view }: { view: View }) {
  const t = useTexts(enquiriesTexts);
  return <EmptyState icon={<CommentOutlined aria-hidden />} title={t.none[view]} text={t.noneText[view]} />;
}

function Row({ row, onOpen }: { row: Enquiry; onOpen: () => void }) {
  const t = useTexts(enquiriesTexts);
  const isNew = row.is_mine && row.state === "answered" && row.read_at === null;
  return (
    <li className={styles.row}>
      <StatusTag tone={isNew ? "info" : TONES[row.state]}>{isNew ? t.unread : t.states[row.state]}</StatusTag>
      <div className={styles.words}>
        <button type="button" className={styles.open} onClick={onOpen}>
          {row.text}
        </button>
        {row.answer && <p className={styles.soft}>{row.answer}</p>}
        <p className={styles.quiet}>
          {[row.asked_by, row.customer, row.journey, row.script].filter(Boolean).join(" · ")}
        </p>
      </div>
      <span className={styles.quiet}>
        <When at={row.ended_at ?? row.asked_at} />
      </span>
    </li>
  );
}

function List({ view, onOpen }: { view: "mine" | "open" | "team"; onOpen: (id: number) => void }) {
  const list = useInfiniteQuery(
    enquiryListQuery(view === "mine" ? "mine" : "team", view === "open" ? "open" : undefined),
  );
  const rows = list.data?.pages.flatMap((page) => page.rows);
  if (list.error && !rows) return <ErrorState error={list.error} onRetry={() => void list.refetch()} />;
  if (!rows) return <SkeletonLines lines={4} />;
  if (rows.length === 0) return <Empty view={view} />;
  return (
    <>
      <ul className={styles.rows}>
        {rows.map((row) => (
          <Row key={row.enquiry_id} row={row} onOpen={() => onOpen(row.enquiry_id)} />
        ))}
      </ul>
      <LoadMore query={list} />
    </>
  );
}

function Answers({ words }: { words: string }) {
  const t = useTexts(enquiriesTexts);
  const { data, error, refetch } = useQuery(foundAnswersQuery(words));
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <SkeletonLines lines={4} />;
  if (data.rows.length === 0) return <Empty view="answers" />;
  return (
    <ul className={styles.rows}>
      {data.rows.map((row) => (
        <li key={row.enquiry_id} className={styles.row}>
          <span className={styles.quiet}>
            <When at={row.answered_at} />
          </span>
          <div className={styles.words}>
            <span className={styles.name}>{row.subject}</span>
            <p className={styles.soft}>{row.answer}</p>
            <p className={styles.quiet}>{t.answeredBy(row.answered_by)}</p>
          </div>
        </li>
      ))}
    </ul>
  );
}

/** What the front line asks and the middle office answers. */
export function Enquiries() {
  const t = useTexts(enquiriesTexts);
  const words = useTexts(askTexts);
  const may = useMay();
  const mayAnswer = may(rights.answerEnquiries);
  const views: View[] = [
    ...(mayAnswer ? (["open", "team"] as const) : []),
    ...(may(rights.writeEnquiries) ? (["mine"] as const) : []),
    "answers",
  ];
  const [view, setView] = useState<View>(views[0] ?? "answers");
  const [q, setQ] = useState("");
  const [openedId, setOpenedId] = useState<number | null>(null);
  const [isAsking, setAsking] = useState(false);
  const wanted = useDebounced(q.trim(), 300);
  return (
    <div className={styles.stack}>
      <div className={styles.bar}>
        <Segmented<View>
          aria-label={t.views}
          value={view}
          onChange={setView}
          options={views.map((each) => ({ value: each, label: t.view[each] }))}
        />
        {may(rights.writeEnquiries) && <Button onClick={() => setAsking(true)}>{words.ask}</Button>}
      </div>
      {view === "answers" && (
        <Input
          allowClear
          prefix={<SearchOutlined aria-hidden />}
          className={styles.search}
          aria-label={t.search}
          placeholder={t.search}
          maxLength={400}
          value={q}
          onChange={(event) => setQ(event.target.value)}
        />
      )}
      <Panel flush>
        {view === "answers" ? (
          <Answers words={wanted} />
        ) : (
          <List key={view} view={view} onOpen={setOpenedId} />
        )}
      </Panel>
      {openedId !== null && <EnquiryDrawer enquiryId={openedId} onClose={() => setOpenedId(null)} />}
      {isAsking && <AskDialog onClose={() => setAsking(false)} />}
    </div>
  );
}
