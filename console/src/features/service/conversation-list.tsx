import { CustomerServiceOutlined } from "@ant-design/icons";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Select } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import { conversationListQuery, serviceAccountsQuery, type ConversationState as State } from "@/api/service";
import type { ServiceConversation } from "@/api/types";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTexts } from "@/shared/i18n/texts";
import { DataTable, rowLink, type Column } from "@/shared/ui/data-table";
import { EmptyState } from "@/shared/ui/empty-state";
import { ErrorState } from "@/shared/ui/error-state";
import { LoadMore } from "@/shared/ui/load-more";
import { Panel } from "@/shared/ui/panel";
import { When } from "@/shared/ui/when";
import { ConversationState } from "./conversation-state";
import { ServiceNumbers } from "./service-numbers";
import { serviceTexts } from "./service-texts";
import styles from "./service.module.css";

const STATES = ["waiting", "servicer", "new", "ended"] as const;

function ConversationTable({ rows }: { rows: readonly ServiceConversation[] | undefined }) {
  const t = useTexts(serviceTexts);
  const n = useNumberFormat();
  const columns: Column<ServiceConversation>[] = [
    {
      key: "customer",
      title: t.columns.customer,
      cell: (row) => (
        <Link to={`/service/conversations/${String(row.conversation_id)}`} className={rowLink}>
          {row.customer_name || t.unnamed}
        </Link>
      ),
    },
    { key: "account", title: t.columns.account, from: "medium", cell: (row) => row.account_name || "—" },
    { key: "state", title: t.columns.state, cell: (row) => <ConversationState state={row.state} /> },
    {
      key: "waiting",
      title: t.columns.waiting,
      from: "medium",
      cell: (row) => <When at={row.ended_at ? null : row.asked_at} />,
    },
    {
      key: "messages",
      title: t.columns.messages,
      align: "end",
      from: "wide",
      cell: (row) => n.whole(row.received),
    },
    { key: "touched", title: t.columns.touched, align: "end", cell: (row) => <When at={row.touched_at} /> },
  ];
  return (
    <DataTable label={t.conversations} columns={columns} rows={rows} rowKey={(row) => row.conversation_id} />
  );
}

/** All conversations, those in which something happened last first. */
export function ConversationList() {
  const t = useTexts(serviceTexts);
  const [state, setState] = useState<State | null>(null);
  const [accountId, setAccountId] = useState<number | null>(null);
  const accounts = useQuery(serviceAccountsQuery());
  const list = useInfiniteQuery(conversationListQuery(state, accountId));
  const rows = list.data?.pages.flatMap((page) => page.rows);
  const isNarrowed = state !== null || accountId !== null;
  return (
    <>
      <ServiceNumbers />
      <div className={styles.bar}>
        <Select<State | "">
          aria-label={t.columns.state}
          value={state ?? ""}
          options={[
            { value: "", label: t.anyState },
            ...STATES.map((each) => ({ value: each, label: t.states[each] })),
          ]}
          onChange={(next) => setState(next === "" ? null : next)}
        />
        {(accounts.data?.rows.length ?? 0) > 1 && (
          <Select<number>
            aria-label={t.columns.account}
            value={accountId ?? 0}
            options={[
              { value: 0, label: t.anyAccount },
              ...(accounts.data?.rows ?? []).map((each) => ({
                value: each.account_id,
                label: each.name || t.unnamedAccount,
              })),
            ]}
            onChange={(next) => setAccountId(next || null)}
          />
        )}
      </div>
      <Panel flush>
        {list.error && !rows ? (
          <ErrorState error={list.error} onRetry={() => void list.refetch()} />
        ) : rows?.length === 0 ? (
          isNarrowed ? (
            <p className={styles.padded}>{t.noneSuch}</p>
          ) : (
            <EmptyState icon={<CustomerServiceOutlined aria-hidden />} title={t.empty} text={t.emptyText} />
          )
        ) : (
          <ConversationTable rows={rows} />
        )}
        <LoadMore query={list} />
      </Panel>
    </>
  );
}
