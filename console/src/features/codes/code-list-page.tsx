import { QrcodeOutlined } from "@ant-design/icons";
import { useInfiniteQuery } from "@tanstack/react-query";
import { codeListQuery } from "@/api/codes";
import type { CodeRow } from "@/api/types";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import type { Column } from "@/shared/ui/data-table";
import { DefinitionListPage } from "@/shared/ui/definition-list-page";
import { CodeStatus } from "./code-status";
import { codesTexts } from "./codes-texts";

/** All channel codes, the newest first. */
export function CodeListPage() {
  const t = useTexts(codesTexts);
  const n = useNumberFormat();
  const list = useInfiniteQuery(codeListQuery());
  const columns: Column<CodeRow>[] = [
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
  return (
    <DefinitionListPage
      texts={t}
      list={list}
      path="/codes"
      rowKey={(row) => row.code_id}
      name={(row) => row.name}
      nameTitle={t.columns.name}
      columns={columns}
      icon={<QrcodeOutlined aria-hidden />}
      writing={rights.writeCodes}
    />
  );
}
