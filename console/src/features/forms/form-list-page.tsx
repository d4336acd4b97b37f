import { FormOutlined } from "@ant-design/icons";
import { useInfiniteQuery } from "@tanstack/react-query";
import { formListQuery } from "@/api/forms";
import type { FormRow } from "@/api/types";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import type { Column } from "@/shared/ui/data-table";
import { DefinitionListPage } from "@/shared/ui/definition-list-page";
import { When } from "@/shared/ui/when";
import { FormStatus } from "./form-status";
import { formsTexts } from "./forms-texts";

/** All forms, the newest first. */
export function FormListPage() {
  const t = useTexts(formsTexts);
  const n = useNumberFormat();
  const list = useInfiniteQuery(formListQuery());
  const columns: Column<FormRow>[] = [
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
  return (
    <DefinitionListPage
      texts={t}
      list={list}
      path="/forms"
      rowKey={(row) => row.form_id}
      name={(row) => row.name}
      nameTitle={t.columns.name}
      columns={columns}
      icon={<FormOutlined aria-hidden />}
      writing={rights.writeForms}
    />
  );
}
