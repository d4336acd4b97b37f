import { FundOutlined, PlusOutlined, SearchOutlined, StarFilled } from "@ant-design/icons";
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Input } from "antd";
import { useState } from "react";
import { Link, useNavigate } from "react-router";
import { glancesQuery, installMetrics, metricPagesQuery } from "@/api/metrics";
import type { MetricGlance, MetricGrain, MetricRow } from "@/api/types";
import { useLanguage } from "@/shared/i18n/language-context";
import { useTexts } from "@/shared/i18n/texts";
import { ChangeMark } from "@/shared/metrics/change-mark";
import { Sparkline } from "@/shared/metrics/sparkline";
import { useValueFormat } from "@/shared/metrics/value-format";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { DataTable, rowLink, type Column } from "@/shared/ui/data-table";
import { EmptyState } from "@/shared/ui/empty-state";
import { ErrorState } from "@/shared/ui/error-state";
import { Hint } from "@/shared/ui/hint";
import { LoadMore } from "@/shared/ui/load-more";
import { Panel } from "@/shared/ui/panel";
import { Skeleton } from "@/shared/ui/skeleton";
import { StatusTag } from "@/shared/ui/status-tag";
import { TYPING_PAUSE_MS, useDebounced } from "@/shared/ui/use-debounced";
import { useNotices } from "@/shared/ui/use-notices";
import { GrainChoice } from "./grain-choice";
import { metricsTexts } from "./metrics-texts";
import styles from "./metrics.module.css";

const GROUPS = ["none", "acquisition", "operation", "transaction"] as const;

interface Shown {
  row: MetricRow;
  glance: MetricGlance | undefined;
}

function Amount({ glance, place }: { glance: MetricGlance | undefined; place: number }) {
  const format = useValueFormat(glance?.unit, glance?.values);
  return <span className="num">{format.full(glance?.values.at(place))}</span>;
}

function InstallButton() {
  const t = useTexts(metricsTexts);
  const notices = useNotices();
  const queryClient = useQueryClient();
  const install = useMutation({
    mutationFn: installMetrics,
    onSuccess: async ({ keys }) => {
      notices.done(t.installed(keys.length));
      await queryClient.invalidateQueries({ queryKey: ["metrics"] });
    },
    onError: notices.failed,
  });
  return (
    <Button loading={install.isPending} onClick={() => install.mutate()}>
      {t.install}
    </Button>
  );
}

function useColumns(grain: MetricGrain, isWaiting: boolean): Column<Shown>[] {
  const t = useTexts(metricsTexts);
  const { language } = useLanguage();
  const sentence = (row: MetricRow) => (language === "zh" ? row.sentence_zh : row.sentence_en);
  return [
    {
      key: "name",
      title: t.name,
      cell: ({ row }) => (
        <span className={styles.nameCell}>
          <span className={styles.named}>
            {row.is_north_star && <StarFilled aria-label={t.star} className={styles.star ?? ""} />}
            <Link className={rowLink} to={`/numbers/${row.metric_id}`}>
              {row.definition[language]}
            </Link>
            <span className={styles.above}>
              <Hint label={t.definitionOf(row.definition[language])}>{sentence(row)}</Hint>
            </span>
          </span>
          {row.status !== "live" && <StatusTag tone="quiet">{t.status[row.status]}</StatusTag>}
        </span>
      ),
    },
    {
      key: "last",
      title: t.ended[grain],
      align: "end",
      cell: ({ glance }) =>
        isWaiting ? <Skeleton width={48} height={14} /> : <Amount glance={glance} place={-2} />,
    },
    {
      key: "change",
      title: <span title={t.changeNote}>{t.change}</span>,
      align: "end",
      cell: ({ glance }) =>
        glance && (
          <ChangeMark after={glance.values.at(-2)} before={glance.values.at(-3)} upIs={glance.up_is} />
        ),
    },
    {
      key: "present",
      title: t.present,
      align: "end",
      from: "wide",
      cell: ({ glance }) =>
        isWaiting ? <Skeleton width={48} height={14} /> : <Amount glance={glance} place={-1} />,
    },
    {
      key: "trend",
      title: t.trend,
      width: 150,
      from: "medium",
      cell: ({ glance }) => glance && <Sparkline values={glance.values} />,
    },
  ];
}

/** All metrics, each with how it went. */
export function MetricList() {
  const t = useTexts(metricsTexts);
  const may = useMay();
  const navigate = useNavigate();
  const [grain, setGrain] = useState<MetricGrain>("week");
  const [sought, setSought] = useState("");
  const search = useDebounced(sought.trim(), TYPING_PAUSE_MS);
  const list = useInfiniteQuery(metricPagesQuery(search));
  const glances = useQuery(glancesQuery(grain, false));
  const columns = useColumns(grain, glances.isPending);
  if (list.error && !list.data) return <ErrorState error={list.error} onRetry={() => void list.refetch()} />;
  const glanceOf = new Map(glances.data?.rows.map((glance) => [glance.metric_id, glance]));
  const rows = list.data?.pages
    .flatMap((page) => page.rows)
    .toReversed()
    .map((row) => ({ row, glance: glanceOf.get(row.metric_id) }));
  const groups = GROUPS.map((board) => ({
    board,
    rows: rows?.filter((each) => (each.row.definition.board ?? "none") === board) ?? [],
  })).filter((group) => group.rows.length > 0);
  return (
    <>
      <div className={styles.toolbar}>
        <div className={styles.actions}>
          <GrainChoice value={grain} onChange={setGrain} />
          <Input
            allowClear
            prefix={<SearchOutlined aria-hidden />}
            aria-label={t.search}
            placeholder={t.search}
            style={{ width: 200 }}
            value={sought}
            onChange={({ target }) => setSought(target.value)}
          />
        </div>
        <div className={styles.actions}>
          {may(rights.publishMetrics) && <InstallButton />}
          {may(rights.writeMetrics) && (
            <Button
              type="primary"
              icon={<PlusOutlined aria-hidden />}
              onClick={() => void navigate("/numbers/new")}
            >
              {t.make}
            </Button>
          )}
        </div>
      </div>
      {rows?.length === 0 && !search && !list.isPlaceholderData ? (
        <Panel>
          <EmptyState icon={<FundOutlined aria-hidden />} title={t.empty} text={t.emptyText} />
        </Panel>
      ) : (
        <div className={styles.stack}>
          {groups.map(({ board, rows: those }) => (
            <Panel flush key={board} title={board === "none" ? t.noBoardGroup : t.boards[board]}>
              <DataTable
                label={board === "none" ? t.noBoardGroup : t.boards[board]}
                columns={columns}
                rows={those}
                rowKey={({ row }) => row.metric_id}
              />
            </Panel>
          ))}
          {rows && groups.length === 0 && (
            <Panel>
              <EmptyState compact icon={<FundOutlined aria-hidden />} title={t.searchNone} />
            </Panel>
          )}
          <LoadMore query={list} />
          {!rows && (
            <Panel flush>
              <DataTable label={t.title} columns={columns} rows={undefined} rowKey={() => ""} />
            </Panel>
          )}
        </div>
      )}
    </>
  );
}
