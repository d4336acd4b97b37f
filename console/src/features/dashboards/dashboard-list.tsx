import { DashboardOutlined } from "@ant-design/icons";
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "react-router";
import { createDashboard, dashboardListQuery, dashboardTemplatesQuery } from "@/api/dashboards";
import type { Dashboard, DashboardDefinition } from "@/api/types";
import { useLanguage } from "@/shared/i18n/language-context";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { DataTable, rowLink, type Column } from "@/shared/ui/data-table";
import { EmptyState } from "@/shared/ui/empty-state";
import { ErrorState } from "@/shared/ui/error-state";
import { LoadMore } from "@/shared/ui/load-more";
import { Panel } from "@/shared/ui/panel";
import { useNotices } from "@/shared/ui/use-notices";
import { When } from "@/shared/ui/when";
import { dashboardsTexts } from "./dashboards-texts";
import styles from "./dashboards.module.css";

function Templates() {
  const t = useTexts(dashboardsTexts);
  const { language } = useLanguage();
  const notices = useNotices();
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const { data } = useQuery(dashboardTemplatesQuery(language));
  const create = useMutation({
    mutationFn: ({ name, dashboard }: { name: string; dashboard: DashboardDefinition }) =>
      createDashboard({ name, dashboard }),
    onSuccess: async ({ dashboard_id }) => {
      await queryClient.invalidateQueries({ queryKey: ["dashboards", "list"] });
      await navigate(`/dashboards/${dashboard_id}`);
    },
    onError: notices.failed,
  });
  const choice = (key: string, name: string, note: string, dashboard: DashboardDefinition) => (
    <button
      key={key}
      type="button"
      className={styles.template}
      disabled={create.isPending}
      onClick={() => create.mutate({ name, dashboard })}
    >
      <strong>{name}</strong>
      <span className={styles.quiet}>{note}</span>
    </button>
  );
  return (
    <Panel title={t.fromTemplate}>
      <div className={styles.templates}>
        {data?.rows.map((row) =>
          choice(
            row.key,
            language === "zh" ? row.zh : row.en,
            language === "zh" ? row.note_zh : row.note_en,
            row.dashboard,
          ),
        )}
        {choice("blank", t.blank, t.blankNote, { cards: [], shared: "me" })}
      </div>
    </Panel>
  );
}

/** The dashboards that one sees, and what a new one can begin with. */
export function DashboardList() {
  const t = useTexts(dashboardsTexts);
  const may = useMay();
  const list = useInfiniteQuery(dashboardListQuery());
  const rows = list.data?.pages.flatMap((page) => page.rows);
  const columns: Column<Dashboard>[] = [
    {
      key: "name",
      title: t.name,
      cell: (row) => (
        <Link to={`/dashboards/${row.dashboard_id}`} className={rowLink}>
          {row.name}
        </Link>
      ),
    },
    { key: "shared", title: t.sharedWith, from: "medium", cell: (row) => t.shared[row.dashboard.shared] },
    { key: "updated", title: t.updated, align: "end", cell: (row) => <When at={row.updated_at} /> },
  ];
  return (
    <div className={styles.stack}>
      <Panel flush>
        {list.error && !rows ? (
          <ErrorState error={list.error} onRetry={() => void list.refetch()} />
        ) : rows?.length === 0 ? (
          <EmptyState compact icon={<DashboardOutlined aria-hidden />} title={t.empty} text={t.emptyText} />
        ) : (
          <DataTable label={t.title} columns={columns} rows={rows} rowKey={(row) => row.dashboard_id} />
        )}
        <LoadMore query={list} />
      </Panel>
      {may(rights.writeDashboards) && <Templates />}
    </div>
  );
}
