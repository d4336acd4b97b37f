import { DownloadOutlined, FileTextOutlined } from "@ant-design/icons";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { Link } from "react-router";
import { exportFileAddress, segmentExportListQuery } from "@/api/segments";
import type { SegmentExport } from "@/api/types";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTexts } from "@/shared/i18n/texts";
import { DataTable, type Column } from "@/shared/ui/data-table";
import { EmptyState } from "@/shared/ui/empty-state";
import { ErrorState } from "@/shared/ui/error-state";
import { LoadMore } from "@/shared/ui/load-more";
import { Panel } from "@/shared/ui/panel";
import { StatusTag } from "@/shared/ui/status-tag";
import { When } from "@/shared/ui/when";
import { pageTexts } from "./page-texts";

const TONES = { waiting: "quiet", running: "info", done: "brand", failed: "danger" } as const;

function StateCell({ row }: { row: SegmentExport }) {
  const t = useTexts(pageTexts);
  if (!row.has_file) return <StatusTag tone={TONES[row.state]}>{t.exportStates[row.state]}</StatusTag>;
  return (
    <Button
      size="small"
      icon={<DownloadOutlined aria-hidden />}
      href={exportFileAddress(row.export_id)}
      download
    >
      {t.download}
    </Button>
  );
}

/** The files that were made: of one segment, or of all. */
export function ExportTable({ segmentId }: { segmentId: number | null }) {
  const t = useTexts(pageTexts);
  const n = useNumberFormat();
  const list = useInfiniteQuery(segmentExportListQuery());
  const rows = list.data?.pages
    .flatMap((page) => page.rows)
    .filter((row) => segmentId === null || row.segment_id === segmentId);
  const columns: Column<SegmentExport>[] = [
    {
      key: "file",
      title: segmentId === null ? t.exportColumns.name : t.exportColumns.file,
      cell: (row) =>
        segmentId === null ? (
          <>
            <Link to={`/segments/${row.segment_id}`}>{row.segment_name}</Link> · {row.format.toUpperCase()}
          </>
        ) : (
          t.formats[row.format]
        ),
    },
    {
      key: "rows",
      title: t.exportColumns.rows,
      align: "end",
      width: 100,
      from: "medium",
      cell: (row) => (row.rows_total === null ? "—" : n.whole(row.rows_total)),
    },
    {
      key: "asked",
      title: t.exportColumns.asked,
      align: "end",
      width: 140,
      from: "medium",
      cell: (row) => <When at={row.asked_at} />,
    },
    {
      key: "state",
      title: t.exportColumns.state,
      align: "end",
      width: 130,
      cell: (row) => <StateCell row={row} />,
    },
  ];
  return (
    <Panel flush>
      {list.error && !rows ? (
        <ErrorState error={list.error} onRetry={() => void list.refetch()} />
      ) : rows?.length === 0 && !list.hasNextPage ? (
        <EmptyState icon={<FileTextOutlined aria-hidden />} title={t.noExports} text={t.noExportsText} />
      ) : (
        <DataTable label={t.tabs.exports} columns={columns} rows={rows} rowKey={(row) => row.export_id} />
      )}
      <LoadMore query={list} />
    </Panel>
  );
}
