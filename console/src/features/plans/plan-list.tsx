import { ScheduleOutlined } from "@ant-design/icons";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Segmented } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import { planListQuery } from "@/api/plans";
import type { Plan, PlanStage } from "@/api/types";
import { useTimeFormat } from "@/shared/format/time-format";
import { useTexts } from "@/shared/i18n/texts";
import { DataTable, rowLink, type Column } from "@/shared/ui/data-table";
import { EmptyState } from "@/shared/ui/empty-state";
import { ErrorState } from "@/shared/ui/error-state";
import { LoadMore } from "@/shared/ui/load-more";
import { Panel } from "@/shared/ui/panel";
import { When } from "@/shared/ui/when";
import { PlanStageTag } from "./plan-stage";
import { plansTexts } from "./plans-texts";
import styles from "./plans.module.css";

type Choice = PlanStage | "all";

/** Plans, the newest first; all, or those at a stage. */
export function PlanList() {
  const t = useTexts(plansTexts);
  const time = useTimeFormat();
  const [choice, setChoice] = useState<Choice>("all");
  const list = useInfiniteQuery(planListQuery(choice === "all" ? null : choice));
  const rows = list.data?.pages.flatMap((page) => page.rows);
  const columns: Column<Plan>[] = [
    {
      key: "name",
      title: t.columns.name,
      cell: (row) => (
        <Link to={`/plans/${row.plan_id}`} className={rowLink}>
          {row.name}
        </Link>
      ),
    },
    { key: "stage", title: t.columns.stage, cell: (row) => <PlanStageTag stage={row.stage} /> },
    {
      key: "days",
      title: t.columns.days,
      from: "medium",
      cell: (row) => t.days(time.day(row.definition.begins_on), time.day(row.definition.ends_on)),
    },
    {
      key: "campaign",
      title: t.columns.campaign,
      from: "wide",
      cell: (row) => <code>{row.definition.campaign}</code>,
    },
    {
      key: "tasks",
      title: t.columns.tasks,
      align: "end",
      from: "medium",
      cell: (row) => {
        const done = row.definition.tasks.filter(({ key }) => row.tasks[key] === "done").length;
        return <span className="num">{t.tasksDone(done, row.definition.tasks.length)}</span>;
      },
    },
    {
      key: "updated",
      title: t.columns.updated,
      align: "end",
      from: "wide",
      cell: (row) => <When at={row.updated_at} />,
    },
  ];
  return (
    <>
      <div className={styles.toolbar}>
        <div className={styles.choice}>
          <Segmented<Choice>
            aria-label={t.stageChoice}
            value={choice}
            onChange={setChoice}
            options={(["all", "drafted", "approved", "running", "closed"] as const).map((value) => ({
              value,
              label: value === "all" ? t.all : t.stages[value],
            }))}
          />
        </div>
      </div>
      <Panel flush>
        {list.error && !rows ? (
          <ErrorState error={list.error} onRetry={() => void list.refetch()} />
        ) : rows?.length === 0 ? (
          <EmptyState
            icon={<ScheduleOutlined aria-hidden />}
            title={choice === "all" ? t.empty : t.noneHere}
            text={choice === "all" ? t.emptyText : ""}
          />
        ) : (
          <DataTable label={t.title} columns={columns} rows={rows} rowKey={(row) => row.plan_id} />
        )}
        <LoadMore query={list} />
      </Panel>
    </>
  );
}
