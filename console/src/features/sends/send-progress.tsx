import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { sendLeftOutQuery, sendProgressQuery } from "@/api/sends";
import type { LeftOutReason, SendProgress as Progress, SendRow } from "@/api/types";
import { whoseMessage } from "@/shared/customers/people-behind";
import { PeopleDrawer } from "@/shared/customers/people-drawer";
import { PeopleLink } from "@/shared/customers/people-link";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { DataTable, type Column } from "@/shared/ui/data-table";
import { ErrorState } from "@/shared/ui/error-state";
import { Panel } from "@/shared/ui/panel";
import { SkeletonLines } from "@/shared/ui/skeleton";
import { StatusTag } from "@/shared/ui/status-tag";
import { Reasons, useReason } from "./reasons";
import { sendsTexts } from "./sends-texts";
import styles from "./sends.module.css";

const ORDER = [
  "requested",
  "awaiting_staff",
  "sending",
  "sent",
  "delivered",
  "failed",
  "held",
  "cancelled",
  "unknown",
] as const;

/** How many of what, by what `key` makes of each. */
function summed<T extends { count: number }>(rows: readonly T[], key: (row: T) => string) {
  const sums = new Map<string, number>();
  for (const row of rows) sums.set(key(row), (sums.get(key(row)) ?? 0) + row.count);
  return [...sums].map(([name, count]) => ({ key: name, count })).sort((a, b) => b.count - a.count);
}

function States({ send, progress }: { send: SendRow; progress: Progress }) {
  const t = useTexts(sendsTexts);
  const n = useNumberFormat();
  const states = summed(progress.messages, (row) => row.state);
  const shown = ORDER.flatMap((key) =>
    states.filter((each) => each.key === key).map((each) => ({ ...each, key })),
  );
  if (!shown.length) return <p className={styles.quiet}>{t.notStarted}</p>;
  return (
    <dl className={styles.states}>
      {shown.map((each) => (
        <div key={each.key}>
          <dt>{t.messageStates[each.key]}</dt>
          <dd>
            <PeopleLink of={send.run && whoseMessage(each.key, send.send_id, send.run.version)}>
              {n.whole(each.count)}
            </PeopleLink>
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Members({ rows }: { rows: Progress["members"] }) {
  const t = useTexts(sendsTexts);
  const n = useNumberFormat();
  const columns: Column<Progress["members"][number]>[] = [
    { key: "name", title: t.columns.member, cell: (row) => row.name },
    { key: "customers", title: t.share.customers, align: "end", cell: (row) => n.whole(row.customers) },
    { key: "sent", title: t.share.sent, align: "end", cell: (row) => n.whole(row.sent) },
    {
      key: "state",
      title: t.share.state,
      align: "end",
      cell: (row) => (
        <StatusTag tone={row.is_confirmed ? "brand" : "amber"}>
          {row.is_confirmed ? t.confirmed : t.unconfirmed}
        </StatusTag>
      ),
    },
  ];
  if (!rows.length) return <p className={styles.padded}>{t.noMembers}</p>;
  return <DataTable label={t.byMember} columns={columns} rows={rows} rowKey={(row) => row.userid} />;
}

/** How far its latest run is, by state, by reason, by member. */
export function SendProgress({ send }: { send: SendRow }) {
  const t = useTexts(sendsTexts);
  const n = useNumberFormat();
  const may = useMay();
  const say = useReason();
  const [reason, setReason] = useState<LeftOutReason | null>(null);
  const isMoving = send.run !== null && ["planned", "running"].includes(send.run.state);
  const { data, error, refetch } = useQuery(sendProgressQuery(send.send_id, isMoving));
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  const failed = summed(
    (data?.messages ?? []).filter((row) => row.reason && ["failed", "held", "cancelled"].includes(row.state)),
    (row) => row.reason,
  );
  return (
    <div className={styles.stack}>
      <Panel
        title={t.progress}
        hint={t.progressNote}
        extra={data && data.tasks > 0 && <span className={styles.quiet}>{t.tasks(n.whole(data.tasks))}</span>}
      >
        {data ? <States send={send} progress={data} /> : <SkeletonLines lines={3} />}
      </Panel>
      {failed.length > 0 && (
        <Panel title={t.byReason}>
          <Reasons label={t.byReason} rows={failed} />
        </Panel>
      )}
      {data && data.left_out.length > 0 && (
        <Panel title={t.leftOut}>
          <Reasons
            label={t.leftOut}
            rows={data.left_out}
            onOpen={may(rights.readCustomers) ? (key) => setReason(key as LeftOutReason) : undefined}
          />
        </Panel>
      )}
      <Panel title={t.byMember} flush>
        {data ? <Members rows={data.members} /> : <SkeletonLines lines={3} />}
      </Panel>
      <PeopleDrawer
        shown={reason && { title: say(reason), query: sendLeftOutQuery(send.send_id, reason) }}
        onClose={() => setReason(null)}
      />
    </div>
  );
}
