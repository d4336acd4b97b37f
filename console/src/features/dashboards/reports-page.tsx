import { MailOutlined, PlusOutlined } from "@ant-design/icons";
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Drawer, Popconfirm } from "antd";
import { useState } from "react";
import { deleteReport, deliveriesQuery, reportListQuery, sendReport } from "@/api/dashboards";
import type { Report, ReportDelivery } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { useWordList } from "@/shared/i18n/use-word-list";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { DataTable, type Column } from "@/shared/ui/data-table";
import { EmptyState } from "@/shared/ui/empty-state";
import { ErrorState } from "@/shared/ui/error-state";
import { LoadMore } from "@/shared/ui/load-more";
import { Panel } from "@/shared/ui/panel";
import { StatusTag, type Tone } from "@/shared/ui/status-tag";
import { useNotices } from "@/shared/ui/use-notices";
import { When } from "@/shared/ui/when";
import { dashboardsTexts } from "./dashboards-texts";
import { ReportDialog } from "./report-dialog";
import styles from "./dashboards.module.css";

const TONES: Record<ReportDelivery["state"], Tone> = {
  waiting: "quiet",
  sending: "info",
  sent: "brand",
  failed: "danger",
  unknown: "amber",
};

function useWhenSaid() {
  const { reports: t } = useTexts(dashboardsTexts);
  return ({ when }: Report["report"]) => {
    const kind =
      when.kind === "week"
        ? t.weekdaySaid(t.weekdays[when.weekday as keyof typeof t.weekdays])
        : when.kind === "month"
          ? t.daySaid(when.day)
          : t.whens.day;
    return t.whenSaid(kind, when.at);
  };
}

function Deliveries({ report, onClose }: { report: Report; onClose: () => void }) {
  const { reports: t } = useTexts(dashboardsTexts);
  const { data, error, refetch } = useQuery(deliveriesQuery(report.report_id));
  const said = (fault: string) => (t.faults as Record<string, string | undefined>)[fault] ?? fault;
  const columns: Column<ReportDelivery>[] = [
    { key: "due", title: t.when, cell: (row) => <When at={row.due_at} /> },
    { key: "to", title: t.to, cell: (row) => row.name },
    {
      key: "state",
      title: t.last,
      cell: (row) => (
        <>
          <StatusTag tone={TONES[row.state]}>{t.states[row.state]}</StatusTag>
          {row.fault && (
            <div className={styles.quiet}>
              {said(row.fault)}
              {row.state === "waiting" && ` · ${t.attempts(row.attempts)}`}
            </div>
          )}
        </>
      ),
    },
  ];
  return (
    <Drawer open size={560} title={`${report.name} · ${t.runs}`} onClose={onClose}>
      {error && !data ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : data?.rows.length === 0 ? (
        <EmptyState compact icon={<MailOutlined aria-hidden />} title={t.noRuns} />
      ) : (
        <>
          <DataTable
            label={t.runs}
            columns={columns}
            rows={data?.rows}
            rowKey={(row) => `${row.run_id}-${row.staff_id}`}
          />
          <p className={styles.quiet}>{t.stateNote}</p>
        </>
      )}
    </Drawer>
  );
}

/** Reports that go out by themselves, and what became of them. */
export function ReportsPage() {
  const words = useTexts(dashboardsTexts);
  const listed = useWordList();
  const { reports: t } = words;
  const may = useMay();
  const notices = useNotices();
  const queryClient = useQueryClient();
  const whenSaid = useWhenSaid();
  const [open, setOpen] = useState<Report | "new" | null>(null);
  const [told, setTold] = useState<Report | null>(null);
  const list = useInfiniteQuery(reportListQuery());
  const rows = list.data?.pages.flatMap((page) => page.rows);
  const ways = list.data?.pages[0]?.ways;
  const mayWrite = may(rights.writeReports);
  const again = () => queryClient.invalidateQueries({ queryKey: ["reports"] });
  const send = useMutation({
    mutationFn: (report: Report) => sendReport(report.report_id),
    onSuccess: async (_, report) => {
      notices.done(t.asked);
      setTold(report);
      await again();
    },
    onError: notices.failed,
  });
  const remove = useMutation({
    mutationFn: (report: Report) => deleteReport(report.report_id),
    onSuccess: async () => {
      notices.done(t.removed);
      await again();
    },
    onError: notices.failed,
  });
  const columns: Column<Report>[] = [
    {
      key: "name",
      title: words.name,
      cell: (row) => (
        <>
          {mayWrite && !row.is_made_elsewhere ? (
            <button type="button" className={styles.keptName} onClick={() => setOpen(row)}>
              {row.name}
            </button>
          ) : (
            row.name
          )}
          <div className={styles.quiet}>{whenSaid(row.report)}</div>
        </>
      ),
    },
    {
      key: "to",
      title: t.to,
      from: "medium",
      cell: (row) => listed(Object.values(row.names)),
    },
    {
      key: "last",
      title: t.last,
      from: "medium",
      cell: (row) => {
        if (!row.report.is_active) return <StatusTag tone="quiet">{t.held}</StatusTag>;
        if (!row.last) return <span className={styles.quiet}>{t.never}</span>;
        const states = Object.entries(row.last.states) as [ReportDelivery["state"], number][];
        return (
          <>
            <When at={row.last.due_at} />
            {states.map(([state, count]) => (
              <div key={state}>
                <StatusTag tone={TONES[state]}>{`${t.states[state]} ${count}`}</StatusTag>
              </div>
            ))}
          </>
        );
      },
    },
    {
      key: "acts",
      title: "",
      align: "end",
      cell: (row) => (
        <span className={styles.tools} style={{ justifyContent: "flex-end" }}>
          <Button size="small" onClick={() => setTold(row)}>
            {t.runs}
          </Button>
          <Button
            size="small"
            icon={<MailOutlined aria-hidden />}
            loading={send.isPending && send.variables.report_id === row.report_id}
            onClick={() => send.mutate(row)}
          >
            {t.sendMe}
          </Button>
          {mayWrite && !row.is_made_elsewhere && (
            <Popconfirm
              title={t.removeQuestion}
              okText={t.remove}
              cancelText={words.cancel}
              onConfirm={() => remove.mutate(row)}
            >
              <Button size="small" type="text" danger>
                {t.remove}
              </Button>
            </Popconfirm>
          )}
        </span>
      ),
    },
  ];
  const create = mayWrite && (
    <Button type="primary" icon={<PlusOutlined aria-hidden />} onClick={() => setOpen("new")}>
      {t.create}
    </Button>
  );
  return (
    <div className={styles.stack}>
      {ways?.length === 0 && <Alert type="info" showIcon title={t.noMail} />}
      <Panel title={words.tabs.reports} note={t.lead} extra={rows?.length ? create : undefined} flush>
        {list.error && !rows ? (
          <ErrorState error={list.error} onRetry={() => void list.refetch()} />
        ) : rows?.length === 0 ? (
          <EmptyState
            icon={<MailOutlined aria-hidden />}
            title={t.empty}
            text={t.emptyText}
            action={create}
          />
        ) : (
          <DataTable
            label={words.tabs.reports}
            columns={columns}
            rows={rows}
            rowKey={(row) => row.report_id}
          />
        )}
        <LoadMore query={list} />
      </Panel>
      {open && (
        <ReportDialog report={open === "new" ? null : open} ways={ways ?? []} onClose={() => setOpen(null)} />
      )}
      {told && <Deliveries report={told} onClose={() => setTold(null)} />}
    </div>
  );
}
