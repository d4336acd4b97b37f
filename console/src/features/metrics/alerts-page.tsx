import { BellOutlined } from "@ant-design/icons";
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Switch } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import { acknowledgeAlert, alertListQuery } from "@/api/metrics";
import type { MetricAlert } from "@/api/types";
import { useTimeFormat } from "@/shared/format/time-format";
import { useLanguage } from "@/shared/i18n/language-context";
import { useTexts } from "@/shared/i18n/texts";
import { useValueFormat } from "@/shared/metrics/value-format";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { DataTable, type Column } from "@/shared/ui/data-table";
import { EmptyState } from "@/shared/ui/empty-state";
import { ErrorState } from "@/shared/ui/error-state";
import { LoadMore } from "@/shared/ui/load-more";
import { Panel } from "@/shared/ui/panel";
import { StatusTag } from "@/shared/ui/status-tag";
import { useNotices } from "@/shared/ui/use-notices";
import { metricsTexts } from "./metrics-texts";
import styles from "./metrics.module.css";

function Says({ alert }: { alert: MetricAlert }) {
  const t = useTexts(metricsTexts);
  const { language } = useLanguage();
  const format = useValueFormat(alert.unit);
  const isBound = alert.trigger === "above" || alert.trigger === "below";
  const threshold = isBound ? format.full(alert.threshold) : `${alert.threshold}%`;
  const name = alert.member ? t.ofMember(alert[language], alert.member_label) : alert[language];
  const board = `/numbers/members?by=${encodeURIComponent(alert.dimension)}&grain=${alert.grain}`;
  return (
    <Link to={alert.dimension ? board : `/numbers/${alert.metric_id}`}>
      {t.alertSays(name, t.triggers[alert.trigger], threshold)}
    </Link>
  );
}

function Found({ alert }: { alert: MetricAlert }) {
  const t = useTexts(metricsTexts);
  const format = useValueFormat(alert.unit, [alert.value, alert.usual]);
  return (
    <div className="num">
      {format.full(alert.value)}
      {alert.usual !== null && <div className={styles.quiet}>{t.usual(format.full(alert.usual))}</div>}
    </div>
  );
}

function Acknowledge({ alert }: { alert: MetricAlert }) {
  const t = useTexts(metricsTexts);
  const may = useMay();
  const notices = useNotices();
  const queryClient = useQueryClient();
  const acknowledge = useMutation({
    mutationFn: () => acknowledgeAlert(alert.alert_id),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ["metrics", "alerts"] }),
    onError: notices.failed,
  });
  if (alert.acknowledged_at) return <StatusTag tone="quiet">{t.acknowledged}</StatusTag>;
  if (!may(rights.writeDashboards)) return null;
  return (
    <Button size="small" loading={acknowledge.isPending} onClick={() => acknowledge.mutate()}>
      {t.acknowledge}
    </Button>
  );
}

/** What alert rules found. */
export function AlertsPage() {
  const t = useTexts(metricsTexts);
  const time = useTimeFormat();
  const [isOpen, setOpen] = useState(true);
  const query = useInfiniteQuery(alertListQuery(isOpen));
  const columns: Column<MetricAlert>[] = [
    { key: "what", title: t.alerts, cell: (alert) => <Says alert={alert} /> },
    { key: "found", title: t.value, align: "end", cell: (alert) => <Found alert={alert} /> },
    {
      key: "period",
      title: t.period,
      from: "medium",
      cell: (alert) => `${time.day(alert.starts_on)} · ${t.grains[alert.grain]}`,
    },
    {
      key: "posted",
      title: "",
      from: "wide",
      cell: (alert) =>
        alert.posted_at ? (
          <StatusTag tone="quiet">{t.posted}</StatusTag>
        ) : alert.post_told ? (
          <span className={styles.quiet}>{t.notPosted(alert.post_told)}</span>
        ) : null,
    },
    { key: "act", title: "", align: "end", cell: (alert) => <Acknowledge alert={alert} /> },
  ];
  if (query.error && !query.data) {
    return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  }
  const rows = query.data?.pages.flatMap((page) => page.rows);
  return (
    <>
      <label className={styles.toolbar}>
        <span className={styles.switch}>
          <Switch size="small" checked={isOpen} onChange={setOpen} aria-label={t.alertsOpen} />
          {t.alertsOpen}
        </span>
      </label>
      <Panel flush={rows?.length !== 0}>
        {rows?.length === 0 ? (
          <EmptyState icon={<BellOutlined aria-hidden />} title={t.noAlerts} text={t.noAlertsText} />
        ) : (
          <DataTable label={t.alerts} columns={columns} rows={rows} rowKey={(alert) => alert.alert_id} />
        )}
      </Panel>
      <LoadMore query={query} />
    </>
  );
}
