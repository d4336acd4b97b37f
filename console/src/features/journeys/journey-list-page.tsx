import { NodeIndexOutlined, PlusOutlined } from "@ant-design/icons";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { Link, useNavigate } from "react-router";
import { journeyListQuery } from "@/api/journeys";
import type { JourneyRow } from "@/api/types";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { DataTable, rowLink, type Column } from "@/shared/ui/data-table";
import { EmptyState } from "@/shared/ui/empty-state";
import { ErrorState } from "@/shared/ui/error-state";
import { LoadMore } from "@/shared/ui/load-more";
import { Page } from "@/shared/ui/page";
import { Panel } from "@/shared/ui/panel";
import { HoldOutPanel } from "./hold-out-panel";
import { JourneyStatus } from "./journey-status";
import { journeysTexts } from "./journeys-texts";

function JourneyTable({ rows }: { rows: readonly JourneyRow[] | undefined }) {
  const t = useTexts(journeysTexts);
  const n = useNumberFormat();
  const count = (
    key: "entered" | "active" | "completed" | "sent",
    from?: "medium" | "wide",
  ): Column<JourneyRow> => ({
    key,
    title: t.columns[key],
    align: "end",
    ...(from ? { from } : {}),
    cell: (row) => n.whole(row[key]),
  });
  const columns: Column<JourneyRow>[] = [
    {
      key: "name",
      title: t.columns.name,
      cell: (row) => (
        <Link to={`/journeys/${row.journey_id}`} className={rowLink}>
          {row.name}
        </Link>
      ),
    },
    { key: "status", title: t.columns.status, cell: (row) => <JourneyStatus status={row.status} /> },
    count("entered"),
    count("active", "medium"),
    count("completed", "wide"),
    count("sent", "medium"),
    {
      key: "clicked",
      title: t.columns.clicked,
      align: "end",
      from: "medium",
      cell: (row) => (row.sent ? n.share(row.clicked / row.sent) : "—"),
    },
  ];
  return <DataTable label={t.title} columns={columns} rows={rows} rowKey={(row) => row.journey_id} />;
}

export function JourneyListPage() {
  const t = useTexts(journeysTexts);
  const may = useMay();
  const navigate = useNavigate();
  const list = useInfiniteQuery(journeyListQuery());
  const rows = list.data?.pages.flatMap((page) => page.rows);
  const create = may(rights.writeJourneys) && (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => void navigate("/journeys/new")}>
      {t.create}
    </Button>
  );
  return (
    <Page title={t.title} lead={t.lead} actions={rows?.length !== 0 && create}>
      <Panel flush>
        {list.error && !rows ? (
          <ErrorState error={list.error} onRetry={() => void list.refetch()} />
        ) : rows?.length === 0 ? (
          <EmptyState icon={<NodeIndexOutlined />} title={t.empty} text={t.emptyText} action={create} />
        ) : (
          <JourneyTable rows={rows} />
        )}
        <LoadMore query={list} />
      </Panel>
      <HoldOutPanel />
    </Page>
  );
}
