import { AuditOutlined } from "@ant-design/icons";
import { useInfiniteQuery } from "@tanstack/react-query";
import { reviewListQuery } from "@/api/reviews";
import type { Review } from "@/api/types";
import { useTimeFormat } from "@/shared/format/time-format";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import type { Column } from "@/shared/ui/data-table";
import { DefinitionListPage } from "@/shared/ui/definition-list-page";
import { StatusTag } from "@/shared/ui/status-tag";
import { When } from "@/shared/ui/when";
import { reviewsTexts } from "./reviews-texts";

/** All reviews, the newest first. */
export function ReviewListPage() {
  const t = useTexts(reviewsTexts);
  const time = useTimeFormat();
  const list = useInfiniteQuery(reviewListQuery());
  const columns: Column<Review>[] = [
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
  return (
    <DefinitionListPage
      texts={t}
      list={list}
      path="/reviews"
      rowKey={(row) => row.review_id}
      name={(row) => row.name}
      nameTitle={t.columns.name}
      columns={columns}
      icon={<AuditOutlined aria-hidden />}
      writing={rights.writeReviews}
    />
  );
}
