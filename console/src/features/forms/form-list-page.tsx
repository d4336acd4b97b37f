import { FormOutlined, PlusOutlined } from "@ant-design/icons";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { Link, useNavigate } from "react-router";
import { formListQuery } from "@/api/forms";
import type { FormRow } from "@/api/types";
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
import { FormStatus } from "./form-status";
import { formsTexts } from "./forms-texts";

function FormTable({ rows }: { rows: readonly FormRow[] | undefined }) {
  const t = useTexts(formsTexts);
  const n = useNumberFormat();
  const columns: Column<FormRow>[] = [
    {
      key: "name",
      title: t.columns.name,
      cell: (row) => (
        <Link to={`/forms/${row.form_id}`} className={rowLink}>
          {row.name}
        </Link>
      ),
    },
    { key: "status", title: t.columns.status, cell: (row) => <FormStatus form={row} /> },
    { key: "answers", title: t.columns.answers, align: "end", cell: (row) => n.whole(row.answers) },
    {
      key: "updated",
      title: t.columns.updated,
      align: "end",
      from: "medium",
      cell: (row) => <When at={row.updated_at} />,
    },
  ];
  return <DataTable label={t.title} columns={columns} rows={rows} rowKey={(row) => row.form_id} />;
}

export function FormListPage() {
  const t = useTexts(formsTexts);
  const may = useMay();
  const navigate = useNavigate();
  const list = useInfiniteQuery(formListQuery());
  const rows = list.data?.pages.flatMap((page) => page.rows);
  const create = may(rights.writeForms) && (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => void navigate("/forms/new")}>
      {t.create}
    </Button>
  );
  return (
    <Page title={t.title} lead={t.lead} actions={rows?.length !== 0 && create}>
      <Panel flush>
        {list.error && !rows ? (
          <ErrorState error={list.error} onRetry={() => void list.refetch()} />
        ) : rows?.length === 0 ? (
          <EmptyState icon={<FormOutlined />} title={t.empty} text={t.emptyText} action={create} />
        ) : (
          <FormTable rows={rows} />
        )}
        <LoadMore query={list} />
      </Panel>
    </Page>
  );
}
