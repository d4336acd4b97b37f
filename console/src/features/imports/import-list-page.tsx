import { ImportOutlined } from "@ant-design/icons";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { importListQuery } from "@/api/imports";
import type { ImportRow } from "@/api/types";
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
import { When } from "@/shared/ui/when";
import { ImportStatus } from "./import-status";
import { importsTexts } from "./imports-texts";
import { UploadBox } from "./upload-box";
import styles from "./imports.module.css";

function ImportTable({ rows }: { rows: readonly ImportRow[] | undefined }) {
  const t = useTexts(importsTexts);
  const n = useNumberFormat();
  const columns: Column<ImportRow>[] = [
    {
      key: "file",
      title: t.columns.file,
      cell: (row) => (
        <div className={styles.words}>
          <Link to={`/imports/${row.import_id}`} className={rowLink}>
            {row.file_name}
          </Link>
          <span className={styles.quiet}>{row.kind ? t.kinds[row.kind] : "—"}</span>
        </div>
      ),
    },
    {
      key: "rows",
      title: t.columns.rows,
      align: "end",
      width: 140,
      from: "medium",
      cell: (row) => (row.state === "uploaded" ? "—" : n.whole(row.rows_done)),
    },
    {
      key: "refused",
      title: t.progress.refused,
      align: "end",
      width: 110,
      from: "wide",
      cell: (row) => (row.state === "uploaded" ? "—" : n.whole(row.rows_refused)),
    },
    {
      key: "state",
      title: t.columns.state,
      width: 130,
      cell: (row) => <ImportStatus state={row.state} />,
    },
    {
      key: "created",
      title: t.columns.created,
      align: "end",
      width: 140,
      from: "medium",
      cell: (row) => <When at={row.created_at} />,
    },
  ];
  return (
    <DataTable
      label={t.title}
      columns={columns}
      rows={rows}
      rowKey={(row) => row.import_id}
      skeletonRows={4}
    />
  );
}

export function ImportListPage() {
  const t = useTexts(importsTexts);
  const may = useMay();
  const list = useInfiniteQuery(importListQuery());
  const rows = list.data?.pages.flatMap((page) => page.rows);
  const mayWrite = may(rights.writeImports);
  return (
    <Page title={t.title} lead={t.lead}>
      {mayWrite && <UploadBox />}
      <Panel flush>
        {list.error && !rows ? (
          <ErrorState error={list.error} onRetry={() => void list.refetch()} />
        ) : rows?.length === 0 ? (
          <EmptyState
            icon={<ImportOutlined aria-hidden />}
            title={t.empty}
            text={mayWrite ? t.emptyText : t.noRightsText}
          />
        ) : (
          <ImportTable rows={rows} />
        )}
        <LoadMore query={list} />
      </Panel>
    </Page>
  );
}
