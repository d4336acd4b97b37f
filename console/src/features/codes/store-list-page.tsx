import { PlusOutlined, SearchOutlined, ShopOutlined, UploadOutlined } from "@ant-design/icons";
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Input, Upload } from "antd";
import { useState } from "react";
import { importStores, storeListQuery } from "@/api/codes";
import type { StoreRow } from "@/api/types";
import { useLanguage } from "@/shared/i18n/language-context";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { DataTable, type Column } from "@/shared/ui/data-table";
import { EmptyState } from "@/shared/ui/empty-state";
import { ErrorState } from "@/shared/ui/error-state";
import { LoadMore } from "@/shared/ui/load-more";
import { Page } from "@/shared/ui/page";
import { Panel } from "@/shared/ui/panel";
import { StatusTag } from "@/shared/ui/status-tag";
import { TYPING_PAUSE_MS, useDebounced } from "@/shared/ui/use-debounced";
import { useNotices } from "@/shared/ui/use-notices";
import { timeOf } from "./code-parts";
import { StoreDialog } from "./store-dialog";
import { storesTexts } from "./stores-texts";
import styles from "./codes.module.css";

function Hours({ store }: { store: StoreRow }) {
  const t = useTexts(storesTexts);
  if (store.hours.length === 0) return t.always;
  const [first] = store.hours;
  if (!first) return null;
  const rest = store.hours.length - 1;
  return `${timeOf(first.begins)}–${timeOf(first.ends)}${rest ? t.andMore(rest) : ""}`;
}

function useImport() {
  const t = useTexts(storesTexts);
  const { language } = useLanguage();
  const notices = useNotices();
  const queryClient = useQueryClient();
  const send = useMutation({
    mutationFn: importStores,
    onSuccess: async (done) => {
      if (done.faults.length > 0) return;
      notices.done(t.imported(done.created, done.updated));
      await queryClient.invalidateQueries({ queryKey: ["stores"] });
    },
    onError: notices.failed,
  });
  const faults = send.data?.faults ?? [];
  return {
    button: (
      <Upload
        accept=".csv,text/csv"
        showUploadList={false}
        beforeUpload={(file) => {
          send.mutate(file);
          return false;
        }}
      >
        <Button icon={<UploadOutlined aria-hidden />} loading={send.isPending}>
          {t.importFile}
        </Button>
      </Upload>
    ),
    faults: faults.length > 0 && (
      <Alert
        type="error"
        className={styles.notice ?? ""}
        title={t.notImported}
        closable={{ onClose: send.reset }}
        description={
          <ul className={styles.faults}>
            {faults.map((fault, n) => (
              <li key={n}>
                {t.row(fault.row)} {language === "zh" ? fault.reason_zh : fault.reason}
              </li>
            ))}
          </ul>
        }
      />
    ),
  };
}

/** All stores: where they are, when they are open, which codes they lead to. */
export function StoreListPage() {
  const t = useTexts(storesTexts);
  const may = useMay();
  const [typed, setTyped] = useState("");
  const search = useDebounced(typed, TYPING_PAUSE_MS);
  const [edited, setEdited] = useState<StoreRow | "new" | null>(null);
  const list = useInfiniteQuery(storeListQuery(search));
  const rows = list.data?.pages.flatMap((page) => page.rows);
  const upload = useImport();
  const writes = may(rights.writeCodes);
  const columns: Column<StoreRow>[] = [
    {
      key: "name",
      title: t.columns.name,
      cell: (row) =>
        writes && !row.is_made_elsewhere ? (
          <Button type="link" className={styles.inline ?? ""} onClick={() => setEdited(row)}>
            {row.name}
          </Button>
        ) : (
          row.name
        ),
    },
    { key: "number", title: t.columns.number, from: "wide", cell: (row) => row.number },
    { key: "city", title: t.columns.city, cell: (row) => row.city },
    { key: "address", title: t.columns.address, from: "wide", cell: (row) => row.address },
    { key: "hours", title: t.columns.hours, from: "medium", cell: (row) => <Hours store={row} /> },
    {
      key: "code",
      title: t.columns.code,
      from: "medium",
      cell: (row) => [row.code_name, row.group_code_name].filter(Boolean).join(" · ") || "—",
    },
    {
      key: "status",
      title: t.columns.status,
      align: "end",
      cell: (row) =>
        !row.is_active ? (
          <StatusTag tone="quiet">{t.inactive}</StatusTag>
        ) : row.code_id || row.group_code_id ? (
          <StatusTag tone="brand">{t.active}</StatusTag>
        ) : (
          <StatusTag tone="amber">{t.withoutCode}</StatusTag>
        ),
    },
  ];
  const isEmpty = rows?.length === 0 && search === "";
  const actions = writes && (
    <>
      {upload.button}
      <Button type="primary" icon={<PlusOutlined aria-hidden />} onClick={() => setEdited("new")}>
        {t.create}
      </Button>
    </>
  );
  return (
    <Page title={t.title} lead={t.lead} actions={!isEmpty && actions}>
      {upload.faults}
      {!isEmpty && (
        <Input
          allowClear
          prefix={<SearchOutlined aria-hidden />}
          aria-label={t.search}
          placeholder={t.search}
          className={styles.search ?? ""}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
      )}
      <Panel flush>
        {list.error && !rows ? (
          <ErrorState error={list.error} onRetry={() => void list.refetch()} />
        ) : isEmpty ? (
          <EmptyState
            icon={<ShopOutlined aria-hidden />}
            title={t.empty}
            text={t.emptyText}
            action={<div className={styles.row}>{actions}</div>}
          />
        ) : rows?.length === 0 ? (
          <p className={styles.padded}>{t.none}</p>
        ) : (
          <DataTable label={t.title} columns={columns} rows={rows} rowKey={(row) => row.store_id} />
        )}
        <LoadMore query={list} />
      </Panel>
      {edited !== null && (
        <StoreDialog store={edited === "new" ? null : edited} onClose={() => setEdited(null)} />
      )}
    </Page>
  );
}
