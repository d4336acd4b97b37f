import { DownloadOutlined } from "@ant-design/icons";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Button, Progress } from "antd";
import { Link } from "react-router";
import { cancelImport, isUnderWay, rejectsAddress } from "@/api/imports";
import type { ImportRow } from "@/api/types";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { Panel } from "@/shared/ui/panel";
import { useNotices } from "@/shared/ui/use-notices";
import { ImportStatus } from "./import-status";
import { importsTexts } from "./imports-texts";
import styles from "./imports.module.css";

const seconds = (from: string | null, to: string | null) =>
  from && to ? Math.max(0, (Date.parse(to) - Date.parse(from)) / 1000) : 0;

function Figures({ row }: { row: ImportRow }) {
  const t = useTexts(importsTexts).progress;
  const n = useNumberFormat();
  const worked = seconds(row.started_at, row.moved_at);
  const rate = worked >= 1 ? t.rate(n.whole(row.rows_done / worked)) : "";
  const figures = [
    { label: t.rows, value: row.rows_done, note: rate },
    { label: t.fresh, value: row.rows_new, note: t.freshNote },
    { label: t.known, value: row.rows_known, note: t.knownNote },
    { label: t.refused, value: row.rows_refused, note: t.refusedNote },
  ];
  return (
    <dl className={styles.figures}>
      {figures.map(({ label, value, note }) => (
        <div key={label} className={styles.figure}>
          <dt>{label}</dt>
          <dd>{n.whole(value)}</dd>
          <dd className={styles.note}>{note}</dd>
        </div>
      ))}
    </dl>
  );
}

function StopButton({ row }: { row: ImportRow }) {
  const t = useTexts(importsTexts);
  const { modal } = App.useApp();
  const notices = useNotices();
  const queryClient = useQueryClient();
  const cancel = useMutation({
    mutationFn: () => cancelImport(row.import_id),
    onSuccess: (stopped) => {
      queryClient.setQueryData(["import", row.import_id], stopped);
      notices.done(t.progress.cancelled);
    },
    onError: notices.failed,
  });
  const ask = () =>
    modal.confirm({
      title: t.progress.cancel,
      content: t.progress.cancelQuestion,
      okText: t.progress.cancel,
      okButtonProps: { danger: true },
      cancelText: t.trial.cancel,
      onOk: () => cancel.mutate(),
    });
  return (
    <Button danger loading={cancel.isPending} onClick={ask}>
      {t.progress.cancel}
    </Button>
  );
}

/** How far an import is, live; and what has come of it. */
export function ImportProgress({ row }: { row: ImportRow }) {
  const t = useTexts(importsTexts).progress;
  const n = useNumberFormat();
  const may = useMay();
  const mayDownload = row.has_rejects && may(rights.writeImports) && may(rights.revealCustomers);
  const share = row.bytes_total > 0 ? row.bytes_read / row.bytes_total : 0;
  const took = seconds(row.started_at, row.finished_at);
  const time = took < 120 ? t.seconds(n.whole(Math.ceil(took))) : t.minutes(n.whole(took / 60));
  return (
    <Panel title={t.title} extra={<ImportStatus state={row.state} />}>
      <div aria-live="polite">
        <Progress
          percent={Math.floor(share * 100)}
          status={row.state === "running" ? "active" : "normal"}
          strokeColor={row.state === "failed" ? "var(--danger)" : "var(--brand)"}
          aria-label={t.title}
        />
        {row.state === "waiting" && <p className={styles.quiet}>{t.waiting}</p>}
      </div>
      <Figures row={row} />
      <div className={styles.foot}>
        {isUnderWay(row) && may(rights.writeImports) && <StopButton row={row} />}
        {isUnderWay(row) && <span className={styles.barNote}>{t.safe}</span>}
        {mayDownload && (
          <>
            <Button icon={<DownloadOutlined aria-hidden />} href={rejectsAddress(row.import_id)}>
              {t.download}
            </Button>
            <span className={styles.barNote}>{t.downloadNote}</span>
          </>
        )}
        {row.state === "done" && <span className={styles.barNote}>{t.done(time)}</span>}
        {row.state === "done" && <Link to="/imports">{t.another}</Link>}
      </div>
    </Panel>
  );
}
