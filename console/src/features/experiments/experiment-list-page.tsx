import { ExperimentOutlined, PlusOutlined } from "@ant-design/icons";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { Link, useNavigate } from "react-router";
import { experimentListQuery } from "@/api/experiments";
import type { Experiment } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { DataTable, rowLink, type Column } from "@/shared/ui/data-table";
import { EmptyState } from "@/shared/ui/empty-state";
import { ErrorState } from "@/shared/ui/error-state";
import { LoadMore } from "@/shared/ui/load-more";
import { Page } from "@/shared/ui/page";
import { Panel } from "@/shared/ui/panel";
import { When } from "@/shared/ui/when";
import { ExperimentStatus } from "./experiment-status";
import { experimentsTexts } from "./experiments-texts";

/** All experiments, the newest first. */
export function ExperimentListPage() {
  const t = useTexts(experimentsTexts);
  const may = useMay();
  const navigate = useNavigate();
  const list = useInfiniteQuery(experimentListQuery());
  const rows = list.data?.pages.flatMap((page) => page.rows);
  const columns: Column<Experiment>[] = [
    {
      key: "name",
      title: t.columns.name,
      cell: (row) => (
        <Link to={`/experiments/${row.experiment_id}`} className={rowLink}>
          {row.name}
        </Link>
      ),
    },
    { key: "status", title: t.columns.status, cell: (row) => <ExperimentStatus status={row.status} /> },
    {
      key: "arms",
      title: t.columns.arms,
      from: "wide",
      cell: (row) => row.definition.arms.map(({ name }) => name).join(" · "),
    },
    {
      key: "outcome",
      title: t.columns.outcome,
      from: "medium",
      cell: (row) => row.definition.primary.name,
    },
    {
      key: "updated",
      title: t.columns.updated,
      align: "end",
      from: "medium",
      cell: (row) => <When at={row.updated_at} />,
    },
  ];
  const create = may(rights.writeExperiments) && (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => void navigate("/experiments/new")}>
      {t.create}
    </Button>
  );
  return (
    <Page title={t.title} lead={t.lead} actions={rows?.length !== 0 && create}>
      <Panel flush>
        {list.error && !rows ? (
          <ErrorState error={list.error} onRetry={() => void list.refetch()} />
        ) : rows?.length === 0 ? (
          <EmptyState icon={<ExperimentOutlined />} title={t.empty} text={t.emptyText} action={create} />
        ) : (
          <DataTable label={t.title} columns={columns} rows={rows} rowKey={(row) => row.experiment_id} />
        )}
        <LoadMore query={list} />
      </Panel>
    </Page>
  );
}
