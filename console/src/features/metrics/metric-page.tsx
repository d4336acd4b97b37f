import { StarFilled, StarOutlined } from "@ant-design/icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button } from "antd";
import { useState } from "react";
import { useNavigate, useParams } from "react-router";
import { chooseNorthStar, deleteMetric, metricQuery, publishMetric } from "@/api/metrics";
import type { MetricBreakdown, MetricGrain, MetricRow } from "@/api/types";
import { useLanguage } from "@/shared/i18n/language-context";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay, useMayChange } from "@/shared/session/session-context";
import { MadeElsewhere } from "@/shared/ui/made-elsewhere";
import { ErrorState } from "@/shared/ui/error-state";
import { Page } from "@/shared/ui/page";
import { Panel } from "@/shared/ui/panel";
import { SkeletonLines } from "@/shared/ui/skeleton";
import { useNotices } from "@/shared/ui/use-notices";
import { metricsTexts } from "./metrics-texts";
import { lastPeriods, type Stretch } from "./periods";
import { RulesPanel } from "./rules-panel";
import { SeriesPanel } from "./series-panel";
import { TargetsPanel } from "./targets-panel";
import { TreePanel } from "./tree-panel";
import styles from "./metrics.module.css";

function Actions({ metric, grain }: { metric: MetricRow; grain: MetricGrain }) {
  const t = useTexts(metricsTexts);
  const { language } = useLanguage();
  const may = useMay();
  const mayChange = useMayChange(metric);
  const navigate = useNavigate();
  const notices = useNotices();
  const queryClient = useQueryClient();
  const { modal } = App.useApp();
  const refresh = () => queryClient.invalidateQueries({ queryKey: ["metrics"] });
  const publish = useMutation({
    mutationFn: () => publishMetric(metric.metric_id),
    onSuccess: async () => {
      notices.done(t.published);
      await refresh();
    },
    onError: notices.failed,
  });
  const star = useMutation({
    mutationFn: () => chooseNorthStar(metric.is_north_star ? null : metric.metric_id, grain),
    onSuccess: refresh,
    onError: notices.failed,
  });
  const remove = useMutation({
    mutationFn: () => deleteMetric(metric.metric_id),
    onSuccess: async () => {
      notices.done(t.removed);
      await navigate("/numbers");
      await queryClient.invalidateQueries({ queryKey: ["metrics", "list"] });
    },
    onError: notices.failed,
  });
  const ask = () =>
    modal.confirm({
      title: t.removeSure(metric.definition[language]),
      content: t.removeText,
      okText: t.remove,
      okButtonProps: { danger: true },
      cancelText: t.cancel,
      onOk: () => remove.mutateAsync().catch(() => undefined),
    });
  const mayRemove =
    mayChange(rights.writeMetrics) && (metric.status !== "live" || may(rights.publishMetrics));
  return (
    <>
      <MadeElsewhere row={metric} right={rights.writeMetrics} />
      {may(rights.publishMetrics) && metric.status === "live" && (
        <Button
          icon={metric.is_north_star ? <StarFilled aria-hidden /> : <StarOutlined aria-hidden />}
          loading={star.isPending}
          onClick={() => star.mutate()}
        >
          {metric.is_north_star ? t.unmakeStar : t.makeStar}
        </Button>
      )}
      {mayRemove && (
        <Button danger type="text" onClick={ask}>
          {t.remove}
        </Button>
      )}
      {mayChange(rights.writeMetrics) && (
        <Button onClick={() => void navigate(`/numbers/${metric.metric_id}/edit`)}>{t.edit}</Button>
      )}
      {mayChange(rights.publishMetrics) && metric.draft_definition && (
        <Button type="primary" loading={publish.isPending} onClick={() => publish.mutate()}>
          {t.publish}
        </Button>
      )}
    </>
  );
}

/** One metric: over time, why it changed, what it is to come to, and when somebody should know. */
export function MetricPage() {
  const t = useTexts(metricsTexts);
  const { language } = useLanguage();
  const { metricId } = useParams();
  const [grain, setGrain] = useState<MetricGrain>("week");
  const [stretch, setStretch] = useState<Stretch>(() => lastPeriods("week"));
  const [breakdown, setBreakdown] = useState<MetricBreakdown | null>(null);
  const { data: metric, error, refetch } = useQuery(metricQuery(Number(metricId)));
  const back = { to: "/numbers", label: t.title };
  if (error && !metric) return <ErrorState isPage error={error} onRetry={() => void refetch()} />;
  if (!metric) {
    return (
      <Page title={t.title} back={back}>
        <Panel>
          <SkeletonLines lines={7} />
        </Panel>
      </Page>
    );
  }
  const chooseGrain = (next: MetricGrain) => {
    setGrain(next);
    setStretch(lastPeriods(next));
  };
  const { definition } = metric;
  const told = definition[language === "zh" ? "description_zh" : "description_en"];
  return (
    <Page
      title={definition[language]}
      back={back}
      lead={[language === "zh" ? metric.sentence_zh : metric.sentence_en, told].filter(Boolean).join(" ")}
      actions={<Actions metric={metric} grain={grain} />}
    >
      <div className={styles.stack}>
        {metric.status === "live" && (
          <>
            <SeriesPanel
              metric={metric}
              grain={grain}
              onGrain={chooseGrain}
              stretch={stretch}
              onStretch={setStretch}
              breakdown={breakdown}
              onBreakdown={setBreakdown}
            />
            <TreePanel metric={metric} grain={grain} breakdown={breakdown} />
            <TargetsPanel key={`${metric.metric_id}:${grain}`} metric={metric} grain={grain} />
            <RulesPanel metric={metric} grain={grain} />
          </>
        )}
      </div>
    </Page>
  );
}
