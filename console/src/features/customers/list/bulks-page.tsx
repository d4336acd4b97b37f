import { ThunderboltOutlined } from "@ant-design/icons";
import { useInfiniteQuery } from "@tanstack/react-query";
import { bulkListQuery } from "@/api/customer-lists";
import type { CustomerBulk } from "@/api/types";
import { UnchangedPeople } from "@/shared/customers/unchanged-people";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTexts } from "@/shared/i18n/texts";
import { DataTable, type Column } from "@/shared/ui/data-table";
import { EmptyState } from "@/shared/ui/empty-state";
import { ErrorState } from "@/shared/ui/error-state";
import { Hint } from "@/shared/ui/hint";
import { LoadMore } from "@/shared/ui/load-more";
import { Page } from "@/shared/ui/page";
import { Panel } from "@/shared/ui/panel";
import { StatusTag, type Tone } from "@/shared/ui/status-tag";
import { When } from "@/shared/ui/when";
import { customersTexts } from "../customers-texts";
import { listTexts } from "./list-texts";

const TONES: Readonly<Record<CustomerBulk["state"], Tone>> = {
  prepared: "quiet",
  running: "info",
  done: "brand",
  stopped: "amber",
  failed: "danger",
};

/** Work on many customers that was begun, and how far it is. */
export function CustomerBulksPage() {
  const t = useTexts(listTexts);
  const { title } = useTexts(customersTexts);
  const n = useNumberFormat();
  const list = useInfiniteQuery(bulkListQuery());
  const rows = list.data?.pages.flatMap((page) => page.rows);
  const columns: Column<CustomerBulk>[] = [
    { key: "action", title: t.bulkColumns.action, cell: (row) => t.actions[row.action] },
    {
      key: "state",
      title: t.bulkColumns.state,
      cell: (row) => (
        <>
          <StatusTag tone={TONES[row.state]}>{t.states[row.state]}</StatusTag>
          {row.fault_code && <Hint label={t.states[row.state]}>{t.fault(row.fault_code)}</Hint>}
        </>
      ),
    },
    {
      key: "progress",
      title: t.bulkColumns.progress,
      align: "end",
      cell: (row) => t.progress(n.whole(row.done), n.whole(row.total)),
    },
    {
      key: "changed",
      title: t.bulkColumns.changed,
      align: "end",
      cell: (row) => (
        <>
          {n.whole(row.changed)}
          <UnchangedPeople of="customer-bulks" bulkId={row.bulk_id} counts={row.unchanged} />
        </>
      ),
    },
    { key: "at", title: t.bulkColumns.at, align: "end", cell: (row) => <When at={row.created_at} /> },
  ];
  return (
    <Page title={t.bulks} back={{ to: "/customers", label: title }}>
      <Panel flush>
        {list.error && !rows ? (
          <ErrorState error={list.error} onRetry={() => void list.refetch()} />
        ) : rows?.length === 0 ? (
          <EmptyState
            icon={<ThunderboltOutlined aria-hidden />}
            title={t.bulksEmpty}
            text={t.bulksEmptyText}
          />
        ) : (
          <DataTable label={t.bulks} columns={columns} rows={rows} rowKey={(row) => row.bulk_id} />
        )}
        <LoadMore query={list} />
      </Panel>
    </Page>
  );
}
