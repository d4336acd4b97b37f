import { KeyOutlined, PlusOutlined } from "@ant-design/icons";
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Button } from "antd";
import { useState } from "react";
import { keyListQuery, revokeKey } from "@/api/company";
import type { CreatedKey, Key } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { DataTable, type Column } from "@/shared/ui/data-table";
import { EmptyState } from "@/shared/ui/empty-state";
import { ErrorState } from "@/shared/ui/error-state";
import { LoadMore } from "@/shared/ui/load-more";
import { Panel } from "@/shared/ui/panel";
import { StatusTag } from "@/shared/ui/status-tag";
import { useNotices } from "@/shared/ui/use-notices";
import { When } from "@/shared/ui/when";
import { KeyForm } from "./key-form";
import { SecretDialog } from "./secret-dialog";
import { settingsTexts } from "./settings-texts";
import styles from "./settings-page.module.css";

function RevokeButton({ row }: { row: Key }) {
  const t = useTexts(settingsTexts);
  const { modal } = App.useApp();
  const notices = useNotices();
  const queryClient = useQueryClient();
  const revoke = useMutation({
    mutationFn: () => revokeKey(row.key_id),
    onSuccess: async () => {
      notices.done(t.keys.revokedDone);
      await queryClient.invalidateQueries({ queryKey: ["keys"] });
    },
    onError: notices.failed,
  });
  const ask = () =>
    modal.confirm({
      title: `${t.keys.revoke} · ${row.name}`,
      content: t.keys.revokeQuestion,
      okText: t.keys.revoke,
      okButtonProps: { danger: true },
      cancelText: t.cancel,
      onOk: () => revoke.mutate(),
    });
  return (
    <Button size="small" type="text" danger loading={revoke.isPending} onClick={ask}>
      {t.keys.revoke}
    </Button>
  );
}

function KeyTable({ rows }: { rows: readonly Key[] | undefined }) {
  const t = useTexts(settingsTexts);
  const { columns: titles } = t.keys;
  const columns: Column<Key>[] = [
    {
      key: "name",
      title: titles.name,
      cell: (row) => (
        <div className={styles.words}>
          <span className={styles.strong}>{row.name}</span>
          <span className={styles.quiet}>
            {t.keys.kinds[row.kind]} · <code>{row.prefix}…</code>
          </span>
        </div>
      ),
    },
    {
      key: "used",
      title: titles.used,
      from: "medium",
      cell: (row) => <When at={row.last_used_at} none={t.keys.never} />,
    },
    { key: "created", title: titles.created, from: "wide", cell: (row) => <When at={row.created_at} /> },
    {
      key: "state",
      title: titles.state,
      align: "end",
      cell: (row) =>
        row.revoked_at ? <StatusTag tone="quiet">{t.keys.revoked}</StatusTag> : <RevokeButton row={row} />,
    },
  ];
  return (
    <DataTable
      label={t.tabs.keys}
      columns={columns}
      rows={rows}
      rowKey={(row) => row.key_id}
      skeletonRows={3}
    />
  );
}

export function KeysPage() {
  const t = useTexts(settingsTexts);
  const queryClient = useQueryClient();
  const [formOpen, setFormOpen] = useState(false);
  const [created, setCreated] = useState<CreatedKey | null>(null);
  const list = useInfiniteQuery(keyListQuery());
  const rows = list.data?.pages.flatMap((page) => page.rows);
  const create = (
    <Button type="primary" icon={<PlusOutlined aria-hidden />} onClick={() => setFormOpen(true)}>
      {t.keys.create}
    </Button>
  );
  return (
    <>
      <div className={styles.bar}>
        <p className={styles.lead}>{t.keys.lead}</p>
        {rows && rows.length > 0 && create}
      </div>
      <Panel flush>
        {list.error && !rows ? (
          <ErrorState error={list.error} onRetry={() => void list.refetch()} />
        ) : rows?.length === 0 ? (
          <EmptyState
            icon={<KeyOutlined aria-hidden />}
            title={t.keys.empty}
            text={t.keys.emptyText}
            action={create}
          />
        ) : (
          <KeyTable rows={rows} />
        )}
        <LoadMore query={list} />
      </Panel>
      {formOpen && (
        <KeyForm
          onClose={() => setFormOpen(false)}
          onCreated={(answer) => {
            setFormOpen(false);
            setCreated(answer);
            void queryClient.invalidateQueries({ queryKey: ["keys"] });
          }}
        />
      )}
      {created && <SecretDialog secret={created.secret} onClose={() => setCreated(null)} />}
    </>
  );
}
