import { PlusOutlined, QrcodeOutlined } from "@ant-design/icons";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { Link, useNavigate } from "react-router";
import { codeListQuery } from "@/api/codes";
import type { CodeRow } from "@/api/types";
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
import { CodeStatus } from "./code-status";
import { codesTexts } from "./codes-texts";

function CodeTable({ rows }: { rows: readonly CodeRow[] | undefined }) {
  const t = useTexts(codesTexts);
  const n = useNumberFormat();
  const columns: Column<CodeRow>[] = [
    {
      key: "name",
      title: t.columns.name,
      cell: (row) => (
        <Link to={`/codes/${row.code_id}`} className={rowLink}>
          {row.name}
        </Link>
      ),
    },
    { key: "status", title: t.columns.status, cell: (row) => <CodeStatus code={row} /> },
    { key: "today", title: t.columns.today, align: "end", cell: (row) => n.whole(row.adds.today) },
    {
      key: "week",
      title: t.columns.week,
      align: "end",
      from: "medium",
      cell: (row) => n.whole(row.adds.week),
    },
    {
      key: "month",
      title: t.columns.month,
      align: "end",
      from: "medium",
      cell: (row) => n.whole(row.adds.month),
    },
  ];
  return <DataTable label={t.title} columns={columns} rows={rows} rowKey={(row) => row.code_id} />;
}

export function CodeListPage() {
  const t = useTexts(codesTexts);
  const may = useMay();
  const navigate = useNavigate();
  const list = useInfiniteQuery(codeListQuery());
  const rows = list.data?.pages.flatMap((page) => page.rows);
  const create = may(rights.writeCodes) && (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => void navigate("/codes/new")}>
      {t.create}
    </Button>
  );
  return (
    <Page title={t.title} lead={t.lead} actions={rows?.length !== 0 && create}>
      <Panel flush>
        {list.error && !rows ? (
          <ErrorState error={list.error} onRetry={() => void list.refetch()} />
        ) : rows?.length === 0 ? (
          <EmptyState icon={<QrcodeOutlined />} title={t.empty} text={t.emptyText} action={create} />
        ) : (
          <CodeTable rows={rows} />
        )}
        <LoadMore query={list} />
      </Panel>
    </Page>
  );
}
