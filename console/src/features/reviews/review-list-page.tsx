import { AuditOutlined, PlusOutlined } from "@ant-design/icons";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { Link, useNavigate } from "react-router";
import { reviewListQuery } from "@/api/reviews";
import type { Review } from "@/api/types";
import { useTimeFormat } from "@/shared/format/time-format";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { DataTable, rowLink, type Column } from "@/shared/ui/data-table";
import { EmptyState } from "@/shared/ui/empty-state";
import { ErrorState } from "@/shared/ui/error-state";
import { LoadMore } from "@/shared/ui/load-more";
import { Page } from "@/shared/ui/page";
import { Panel } from "@/shared/ui/panel";
import { StatusTag } from "@/shared/ui/status-tag";
import { When } from "@/shared/ui/when";
import { reviewsTexts } from "./reviews-texts";

/** All reviews, the newest first. */
export function ReviewListPage() {
  const t = useTexts(reviewsTexts);
  const time = useTimeFormat();
  const may = useMay();
  const navigate = useNavigate();
  const list = useInfiniteQuery(reviewListQuery());
  const rows = list.data?.pages.flatMap((page) => page.rows);
  const columns: Column<Review>[] = [
    {
      key: "name",
      title: t.columns.name,
      cell: (row) => (
        <Link to={`/reviews/${row.review_id}`} className={rowLink}>
          {row.name}
        </Link>
      ),
    },
    {
      key: "state",
      title: t.columns.state,
      cell: (row) => (
        <StatusTag tone={row.closed_at ? "quiet" : "brand"}>{row.closed_at ? t.closed : t.open}</StatusTag>
      ),
    },
    {
      key: "days",
      title: t.columns.days,
      from: "medium",
      cell: (row) => t.days(time.day(row.definition.begins_on), time.day(row.definition.ends_on)),
    },
    {
      key: "plan",
      title: t.columns.plan,
      from: "wide",
      cell: (row) => row.names.find((each) => each.definition_id === row.definition.plan_id)?.name ?? "—",
    },
    {
      key: "updated",
      title: t.columns.updated,
      align: "end",
      from: "wide",
      cell: (row) => <When at={row.updated_at} />,
    },
  ];
  const create = may(rights.writeReviews) && (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => void navigate("/reviews/new")}>
      {t.create}
    </Button>
  );
  return (
    <Page title={t.title} lead={t.lead} actions={rows?.length !== 0 && create}>
      <Panel flush>
        {list.error && !rows ? (
          <ErrorState error={list.error} onRetry={() => void list.refetch()} />
        ) : rows?.length === 0 ? (
          <EmptyState icon={<AuditOutlined />} title={t.empty} text={t.emptyText} action={create} />
        ) : (
          <DataTable label={t.title} columns={columns} rows={rows} rowKey={(row) => row.review_id} />
        )}
        <LoadMore query={list} />
      </Panel>
    </Page>
  );
}
