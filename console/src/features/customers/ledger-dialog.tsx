import { useInfiniteQuery } from "@tanstack/react-query";
import { Button, Modal } from "antd";
import { consentRecordsQuery } from "@/api/consents";
import type { ConsentCell, ConsentRow } from "@/api/types";
import { useTimeFormat } from "@/shared/format/time-format";
import { useTexts } from "@/shared/i18n/texts";
import { useVocabulary } from "@/shared/i18n/vocabulary";
import { ErrorState } from "@/shared/ui/error-state";
import { LoadMore } from "@/shared/ui/load-more";
import { SkeletonLines } from "@/shared/ui/skeleton";
import { StatusTag } from "@/shared/ui/status-tag";
import { consentTexts } from "./consent-texts";
import styles from "./consent-panel.module.css";

function Word({ row }: { row: ConsentRow }) {
  const t = useTexts(consentTexts);
  const time = useTimeFormat();
  const sources: Record<string, string> = t.sources;
  const event = row.source.startsWith("event:") ? t.event(row.source.slice("event:".length)) : null;
  const origin = [
    event ?? sources[row.source] ?? row.source,
    row.actor_name && t.by(row.actor_name),
    row.policy_version && t.policy(row.policy_version),
  ];
  return (
    <li className={styles.word}>
      <p className={styles.wordHead}>
        <StatusTag tone={row.state === "granted" ? "brand" : "danger"}>{t.marks[row.state]}</StatusTag>
        <time dateTime={row.told_at} className={styles.quiet}>
          {time.full(row.told_at)}
        </time>
      </p>
      {row.notice && <p className={styles.notice}>{row.notice}</p>}
      <p className={styles.quiet}>{origin.filter(Boolean).join(" · ")}</p>
      {row.reference && <p className={styles.quiet}>{row.reference}</p>}
    </li>
  );
}

interface LedgerDialogProps {
  customerId: number;
  cell: ConsentCell;
  onClose: () => void;
}

/** Every word on one purpose in one channel, with its proof; the latest first. */
export function LedgerDialog({ customerId, cell, onClose }: LedgerDialogProps) {
  const t = useTexts(consentTexts);
  const vocabulary = useVocabulary();
  const list = useInfiniteQuery(consentRecordsQuery(customerId, cell.purpose, cell.channel));
  const rows = list.data?.pages.flatMap((page) => page.rows);
  const name = `${vocabulary.say("purposes", cell.purpose)} · ${vocabulary.say("channels", cell.channel)}`;
  return (
    <Modal open title={name} onCancel={onClose} footer={<Button onClick={onClose}>{t.close}</Button>}>
      <StatusTag tone={cell.is_allowed ? "brand" : "quiet"}>
        {cell.is_allowed ? t.now.yes : t.now.no}
      </StatusTag>
      {list.error && !rows ? (
        <ErrorState compact error={list.error} onRetry={() => void list.refetch()} />
      ) : !rows ? (
        <SkeletonLines lines={4} />
      ) : rows.length === 0 ? (
        <p className={styles.word}>{t.noRecords}</p>
      ) : (
        <ol className={styles.words} aria-label={t.ledger}>
          {rows.map((row) => (
            <Word key={row.record_id} row={row} />
          ))}
        </ol>
      )}
      <LoadMore query={list} />
    </Modal>
  );
}
