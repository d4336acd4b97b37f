import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Segmented } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import { hookCallsQuery, replayHookCalls } from "@/api/hooks";
import type { HookCall, HookEndpoint } from "@/api/types";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTexts } from "@/shared/i18n/texts";
import { useVocabulary } from "@/shared/i18n/vocabulary";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { DataTable, type Column } from "@/shared/ui/data-table";
import { ErrorState } from "@/shared/ui/error-state";
import { LoadMore } from "@/shared/ui/load-more";
import { StatusTag, type Tone } from "@/shared/ui/status-tag";
import { useNotices } from "@/shared/ui/use-notices";
import { When } from "@/shared/ui/when";
import { hooksTexts } from "./hooks-texts";
import { toldOf } from "./told";
import styles from "./hooks-page.module.css";

type State = HookCall["state"];
const STATES: readonly State[] = ["waiting", "taken", "failed"];
const TONES: Record<State, Tone> = { waiting: "amber", taken: "brand", failed: "danger" };

/** The calls of an endpoint, the newest first; those that ended can be made once more. */
export function CallList({ endpoint }: { endpoint: HookEndpoint }) {
  const t = useTexts(hooksTexts);
  const n = useNumberFormat();
  const vocabulary = useVocabulary();
  const may = useMay();
  const notices = useNotices();
  const queryClient = useQueryClient();
  const [state, setState] = useState<State | null>(null);
  const list = useInfiniteQuery(hookCallsQuery(endpoint.endpoint_id, state));
  const rows = list.data?.pages.flatMap((page) => page.rows);
  const replay = useMutation({
    mutationFn: (callIds: number[] | null) => replayHookCalls(endpoint.endpoint_id, callIds),
    onSuccess: async ({ count }) => {
      notices.done(t.replayed(n.whole(count)));
      await queryClient.invalidateQueries({ queryKey: ["hook-calls"] });
      await queryClient.invalidateQueries({ queryKey: ["hooks"] });
    },
    onError: notices.failed,
  });
  const columns: Column<HookCall>[] = [
    {
      key: "what",
      title: t.columns.what,
      cell: (row) => (
        <>
          {row.event ? vocabulary.say("events", row.event) : t.kinds[row.kind]}{" "}
          {row.customer_id !== null && <Link to={`/customers/${row.customer_id}`}>#{row.customer_id}</Link>}
        </>
      ),
    },
    {
      key: "state",
      title: t.columns.state,
      cell: (row) => <StatusTag tone={TONES[row.state]}>{t.states[row.state]}</StatusTag>,
    },
    { key: "told", title: t.columns.told, from: "medium", cell: (row) => toldOf(row.told) || "—" },
    {
      key: "tries",
      title: t.columns.tries,
      align: "end",
      from: "wide",
      cell: (row) => n.whole(row.attempts),
    },
    { key: "when", title: t.columns.when, from: "medium", cell: (row) => <When at={row.asked_at} /> },
    {
      key: "replay",
      title: "",
      align: "end",
      cell: (row) =>
        row.state !== "waiting" &&
        may(rights.writeHooks) && (
          <Button size="small" type="text" onClick={() => replay.mutate([row.call_id])}>
            {t.replay}
          </Button>
        ),
    },
  ];
  return (
    <div className={styles.calls}>
      <div className={styles.actions}>
        <Segmented
          size="small"
          value={state ?? "all"}
          onChange={(chosen) => setState(STATES.find((each) => each === chosen) ?? null)}
          options={[
            { value: "all", label: t.all },
            ...STATES.map((each) => ({ value: each, label: t.states[each] })),
          ]}
        />
        {endpoint.numbers.failed > 0 && may(rights.writeHooks) && (
          <Button size="small" loading={replay.isPending} onClick={() => replay.mutate(null)}>
            {t.replayFailed}
          </Button>
        )}
      </div>
      {list.error && !rows ? (
        <ErrorState compact error={list.error} onRetry={() => void list.refetch()} />
      ) : rows?.length === 0 ? (
        <p className={styles.quiet}>{t.noCalls}</p>
      ) : (
        <DataTable
          label={`${t.calls} · ${endpoint.name}`}
          columns={columns}
          rows={rows}
          rowKey={(row) => row.call_id}
          skeletonRows={3}
        />
      )}
      <LoadMore query={list} />
    </div>
  );
}
