import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { retryWecomCallbacks, wecomCallbacksQuery } from "@/api/contacts";
import type { KeptCallback } from "@/api/types";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { DataTable, type Column } from "@/shared/ui/data-table";
import { ErrorState } from "@/shared/ui/error-state";
import { LoadMore } from "@/shared/ui/load-more";
import { Panel } from "@/shared/ui/panel";
import { StatusTag } from "@/shared/ui/status-tag";
import { useNotices } from "@/shared/ui/use-notices";
import { When } from "@/shared/ui/when";
import { wecomTexts } from "./wecom-texts";
import styles from "./wecom-page.module.css";

const TONES = { waiting: "info", done: "brand", unknown: "quiet", failed: "danger" } as const;

/** What WeCom itself calls it. */
const codeOf = ({ event, change }: KeptCallback) => change || event;

export function CallbacksPanel({ corpId }: { corpId: string }) {
  const t = useTexts(wecomTexts).callbacks;
  const n = useNumberFormat();
  const may = useMay();
  const notices = useNotices();
  const queryClient = useQueryClient();
  const list = useInfiniteQuery(wecomCallbacksQuery(corpId));
  const rows = list.data?.pages.flatMap((page) => page.rows);
  const failed = list.data?.pages[0]?.counts.failed ?? 0;
  const retry = useMutation({
    mutationFn: (ids?: number[]) => retryWecomCallbacks(corpId, ids),
    onSuccess: async ({ count }) => {
      notices.done(t.retried(n.whole(count)));
      await queryClient.invalidateQueries({ queryKey: ["wecom-callbacks", corpId] });
    },
    onError: notices.failed,
  });
  const kinds: Partial<Record<string, string>> = t.kinds;
  const wordOf = ({ event, change }: KeptCallback) => kinds[`${event}.${change}`] ?? kinds[change || event];
  const columns: Column<KeptCallback>[] = [
    {
      key: "kind",
      title: t.columns.kind,
      cell: (row) => (
        <div>
          <div>{wordOf(row) ?? codeOf(row)}</div>
          {(row.reason || wordOf(row)) && <div className={styles.quiet}>{row.reason || codeOf(row)}</div>}
        </div>
      ),
    },
    { key: "at", title: t.columns.at, from: "medium", cell: (row) => <When at={row.happened_at} /> },
    {
      key: "state",
      title: t.columns.state,
      align: "end",
      cell: (row) => (
        <span className={styles.extra}>
          <StatusTag tone={TONES[row.state]}>{t.states[row.state]}</StatusTag>
          {row.state === "failed" && may(rights.writeWecom) && (
            <Button size="small" type="text" onClick={() => retry.mutate([row.callback_id])}>
              {t.retry}
            </Button>
          )}
        </span>
      ),
    },
  ];
  return (
    <Panel
      flush
      title={t.title}
      note={t.note}
      extra={
        failed > 0 &&
        may(rights.writeWecom) && (
          <Button size="small" loading={retry.isPending} onClick={() => retry.mutate(undefined)}>
            {t.retryAll}
          </Button>
        )
      }
    >
      {list.error && !rows ? (
        <ErrorState compact error={list.error} onRetry={() => void list.refetch()} />
      ) : rows?.length === 0 ? (
        <p className={`${styles.padded} ${styles.quiet}`}>{t.none}</p>
      ) : (
        <DataTable
          label={t.title}
          columns={columns}
          rows={rows}
          rowKey={(row) => row.callback_id}
          skeletonRows={3}
        />
      )}
      <LoadMore query={list} />
    </Panel>
  );
}
