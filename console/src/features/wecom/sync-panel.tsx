import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Progress } from "antd";
import { useState } from "react";
import { askSync, syncsQuery } from "@/api/contacts";
import type { WecomSync, WecomSyncMember } from "@/api/types";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTexts } from "@/shared/i18n/texts";
import { DataTable, type Column } from "@/shared/ui/data-table";
import { ErrorState } from "@/shared/ui/error-state";
import { Panel } from "@/shared/ui/panel";
import { SkeletonLines } from "@/shared/ui/skeleton";
import { StatusTag } from "@/shared/ui/status-tag";
import { useNotices } from "@/shared/ui/use-notices";
import { When } from "@/shared/ui/when";
import { wecomTexts } from "./wecom-texts";
import styles from "./wecom-page.module.css";

const TONES = { running: "info", done: "brand", failed: "danger" } as const;
const MEMBERS_SHOWN = 8;

const isKnown = (state: string): state is keyof typeof TONES => state in TONES;

function SyncLine({ sync }: { sync: WecomSync }) {
  const t = useTexts(wecomTexts).sync;
  const n = useNumberFormat();
  const count = (name: string) => n.whole(sync.counts[name] ?? 0);
  const members = sync.counts.members ?? 0;
  return (
    <div className={styles.progress}>
      <div className={styles.line}>
        {isKnown(sync.state) && <StatusTag tone={TONES[sync.state]}>{t.states[sync.state]}</StatusTag>}
        <span className={styles.quiet}>
          <When at={sync.started_at} /> · {t.progress(count("members_done"), count("members"))}
        </span>
      </div>
      {sync.state === "running" && (
        <Progress
          aria-label={t.title}
          percent={members ? Math.round((100 * (sync.counts.members_done ?? 0)) / members) : 0}
          size="small"
        />
      )}
      <p>{t.summary(count("customers"), count("added"), count("changed"), count("lost"))}</p>
      {sync.counts.groups !== undefined && (
        <p className={styles.quiet}>{t.groups(count("groups"), count("joined"), count("left"))}</p>
      )}
      {(sync.counts.refused ?? 0) + (sync.counts.groups_refused ?? 0) > 0 && (
        <p role="alert">{t.untold(count("refused"), count("groups_refused"))}</p>
      )}
      {sync.failure && <p role="alert">{t.failure(sync.failure)}</p>}
    </div>
  );
}

function MemberTable({ rows }: { rows: readonly WecomSyncMember[] }) {
  const t = useTexts(wecomTexts).sync;
  const n = useNumberFormat();
  const [isWhole, setWhole] = useState(false);
  const columns: Column<WecomSyncMember>[] = [
    { key: "member", title: t.columns.member, cell: (row) => row.name },
    { key: "customers", title: t.columns.customers, align: "end", cell: (row) => n.whole(row.customers) },
    { key: "added", title: t.columns.added, align: "end", cell: (row) => n.whole(row.added) },
    {
      key: "changed",
      title: t.columns.changed,
      align: "end",
      from: "medium",
      cell: (row) => n.whole(row.changed),
    },
    { key: "lost", title: t.columns.lost, align: "end", cell: (row) => n.whole(row.lost) },
  ];
  if (rows.some((row) => row.refusal)) {
    columns.push({
      key: "refusal",
      title: t.columns.refusal,
      cell: (row) => row.refusal && <StatusTag tone="amber">{t.refusal(row.refusal)}</StatusTag>,
    });
  }
  return (
    <>
      <DataTable
        label={t.members}
        columns={columns}
        rows={isWhole ? rows : rows.slice(0, MEMBERS_SHOWN)}
        rowKey={(row) => row.member_id}
      />
      {!isWhole && rows.length > MEMBERS_SHOWN && (
        <div className={styles.padded}>
          <Button type="text" size="small" onClick={() => setWhole(true)}>
            {t.showAll(n.whole(rows.length))}
          </Button>
        </div>
      )}
    </>
  );
}

export function SyncPanel({ corpId }: { corpId: string }) {
  const t = useTexts(wecomTexts).sync;
  const n = useNumberFormat();
  const notices = useNotices();
  const queryClient = useQueryClient();
  const { data, error, refetch } = useQuery(syncsQuery(corpId));
  const ask = useMutation({
    mutationFn: () => askSync(corpId),
    onSuccess: async () => {
      notices.done(t.asked);
      await queryClient.invalidateQueries({ queryKey: ["wecom-syncs", corpId] });
    },
    onError: notices.failed,
  });
  const [latest] = data?.rows ?? [];
  return (
    <Panel
      flush
      title={t.title}
      note={t.note}
      extra={
        <Button
          size="small"
          type="primary"
          loading={ask.isPending}
          disabled={latest?.state === "running"}
          onClick={() => ask.mutate()}
        >
          {t.now}
        </Button>
      }
    >
      {error && !data ? (
        <ErrorState compact error={error} onRetry={() => void refetch()} />
      ) : !data ? (
        <div className={styles.padded}>
          <SkeletonLines lines={3} />
        </div>
      ) : latest ? (
        <>
          <SyncLine sync={latest} />
          {(data.writes_waiting > 0 || data.writes_refused > 0) && (
            <p className={`${styles.padded} ${styles.quiet}`}>
              {[
                data.writes_waiting > 0 && t.waiting(n.whole(data.writes_waiting)),
                data.writes_refused > 0 && t.refused(n.whole(data.writes_refused)),
              ]
                .filter(Boolean)
                .join(" · ")}
            </p>
          )}
          {data.members.length > 0 && <MemberTable rows={data.members} />}
        </>
      ) : (
        <p className={`${styles.padded} ${styles.quiet}`}>{t.none}</p>
      )}
    </Panel>
  );
}
