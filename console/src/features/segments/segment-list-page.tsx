import { ClusterOutlined, PlusOutlined } from "@ant-design/icons";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { Link, useNavigate } from "react-router";
import { segmentListQuery } from "@/api/segments";
import type { SegmentRow } from "@/api/types";
import { useNumberFormat } from "@/shared/format/number-format";
import { useLanguage } from "@/shared/i18n/language-context";
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
import { SegmentStatus } from "./segment-status";
import { segmentsTexts } from "./segments-texts";
import { templates, type TemplateName } from "./templates";
import styles from "./segment-list-page.module.css";

function NameCell({ row }: { row: SegmentRow }) {
  const { language } = useLanguage();
  return (
    <div className={styles.words}>
      <Link to={`/segments/${row.segment_id}`} className={rowLink}>
        {row.name}
      </Link>
      <span className={styles.sentence}>{language === "zh" ? row.sentence_zh : row.sentence_en}</span>
    </div>
  );
}

function SegmentTable({ rows }: { rows: readonly SegmentRow[] | undefined }) {
  const t = useTexts(segmentsTexts);
  const n = useNumberFormat();
  const columns: Column<SegmentRow>[] = [
    { key: "name", title: t.columns.name, cell: (row) => <NameCell row={row} /> },
    {
      key: "size",
      title: t.columns.size,
      align: "end",
      width: 110,
      cell: (row) => (row.size === null ? "—" : n.whole(row.size)),
    },
    {
      key: "status",
      title: t.columns.status,
      width: 120,
      from: "medium",
      cell: (row) => <SegmentStatus status={row.status} />,
    },
    {
      key: "refreshed",
      title: t.columns.refreshed,
      align: "end",
      width: 140,
      from: "medium",
      cell: (row) => <When at={row.refreshed_at} none={t.notYet} />,
    },
  ];
  return <DataTable label={t.title} columns={columns} rows={rows} rowKey={(row) => row.segment_id} />;
}

function FirstSegment() {
  const t = useTexts(segmentsTexts);
  const navigate = useNavigate();
  const may = useMay();
  return (
    <EmptyState
      icon={<ClusterOutlined />}
      title={t.empty}
      text={may(rights.writeSegments) ? t.emptyText : t.lead}
      action={
        may(rights.writeSegments) &&
        (Object.keys(templates) as TemplateName[]).map((name) => (
          <Button key={name} onClick={() => void navigate(`/segments/new?template=${name}`)}>
            {t.templates[name]}
          </Button>
        ))
      }
    />
  );
}

export function SegmentListPage() {
  const t = useTexts(segmentsTexts);
  const may = useMay();
  const navigate = useNavigate();
  const list = useInfiniteQuery(segmentListQuery());
  const rows = list.data?.pages.flatMap((page) => page.rows);
  return (
    <Page
      title={t.title}
      lead={t.lead}
      actions={
        may(rights.writeSegments) && (
          <Button type="primary" icon={<PlusOutlined />} onClick={() => void navigate("/segments/new")}>
            {t.create}
          </Button>
        )
      }
    >
      <Panel flush>
        {list.error && !rows ? (
          <ErrorState error={list.error} onRetry={() => void list.refetch()} />
        ) : rows?.length === 0 ? (
          <FirstSegment />
        ) : (
          <SegmentTable rows={rows} />
        )}
        <LoadMore query={list} />
      </Panel>
    </Page>
  );
}
