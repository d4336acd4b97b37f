import { ExperimentOutlined } from "@ant-design/icons";
import { useInfiniteQuery } from "@tanstack/react-query";
import { experimentListQuery } from "@/api/experiments";
import type { Experiment } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import type { Column } from "@/shared/ui/data-table";
import { DefinitionListPage } from "@/shared/ui/definition-list-page";
import { When } from "@/shared/ui/when";
import { ExperimentStatus } from "./experiment-status";
import { experimentsTexts } from "./experiments-texts";

/** All experiments, the newest first. */
export function ExperimentListPage() {
  const t = useTexts(experimentsTexts);
  const list = useInfiniteQuery(experimentListQuery());
  const columns: Column<Experiment>[] = [
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
  return (
    <DefinitionListPage
      texts={t}
      list={list}
      path="/experiments"
      rowKey={(row) => row.experiment_id}
      name={(row) => row.name}
      nameTitle={t.columns.name}
      columns={columns}
      icon={<ExperimentOutlined aria-hidden />}
      writing={rights.writeExperiments}
    />
  );
}
