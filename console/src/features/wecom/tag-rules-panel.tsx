import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Select, Switch } from "antd";
import { saveTagRules, syncedTagGroupsQuery } from "@/api/contacts";
import type { SyncedTagGroup, TagRules } from "@/api/types";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { DataTable, type Column } from "@/shared/ui/data-table";
import { ErrorState } from "@/shared/ui/error-state";
import { Panel } from "@/shared/ui/panel";
import { useNotices } from "@/shared/ui/use-notices";
import { wecomTexts } from "./wecom-texts";
import styles from "./wecom-page.module.css";

const WRITE_BACKS = ["none", "keeper", "all"] as const;
const REMOVALS = ["own", "either"] as const;

export function TagRulesPanel({ corpId }: { corpId: string }) {
  const t = useTexts(wecomTexts).tags;
  const n = useNumberFormat();
  const may = useMay();
  const notices = useNotices();
  const queryClient = useQueryClient();
  const { data, error, refetch } = useQuery(syncedTagGroupsQuery(corpId));
  const save = useMutation({
    mutationFn: ({ group, rules }: { group: SyncedTagGroup; rules: TagRules }) =>
      saveTagRules(corpId, group.outside_id, rules),
    onSuccess: async () => {
      notices.done(t.saved);
      await queryClient.invalidateQueries({ queryKey: ["wecom-tag-groups", corpId] });
    },
    onError: notices.failed,
  });
  const isFixed = !may(rights.syncContacts);
  const change = (group: SyncedTagGroup, changed: Partial<TagRules>) => {
    const { is_synced, write_back, removal } = group;
    save.mutate({ group, rules: { is_synced, write_back, removal, ...changed } });
  };
  const columns: Column<SyncedTagGroup>[] = [
    {
      key: "name",
      title: t.columns.name,
      cell: (row) => (
        <div>
          <div>{row.name}</div>
          <div className={styles.quiet}>{t.count(n.whole(row.tags))}</div>
        </div>
      ),
    },
    {
      key: "writeBack",
      title: t.columns.writeBack,
      from: "medium",
      cell: (row) => (
        <Select
          aria-label={`${row.name} · ${t.columns.writeBack}`}
          disabled={isFixed || !row.is_synced}
          value={row.write_back}
          style={{ minWidth: 130 }}
          onChange={(write_back) => change(row, { write_back })}
          options={WRITE_BACKS.map((value) => ({ value, label: t.writeBacks[value] }))}
        />
      ),
    },
    {
      key: "removal",
      title: t.columns.removal,
      from: "medium",
      cell: (row) => (
        <Select
          aria-label={`${row.name} · ${t.columns.removal}`}
          disabled={isFixed || !row.is_synced}
          value={row.removal}
          style={{ minWidth: 130 }}
          onChange={(removal) => change(row, { removal })}
          options={REMOVALS.map((value) => ({ value, label: t.removals[value] }))}
        />
      ),
    },
    {
      key: "synced",
      title: t.columns.synced,
      align: "end",
      cell: (row) => (
        <Switch
          aria-label={`${row.name} · ${t.columns.synced}`}
          disabled={isFixed}
          checked={row.is_synced}
          onChange={(is_synced) => change(row, { is_synced })}
        />
      ),
    },
  ];
  return (
    <Panel flush title={t.title} note={t.note}>
      {error && !data ? (
        <ErrorState compact error={error} onRetry={() => void refetch()} />
      ) : data?.rows.length === 0 ? (
        <p className={`${styles.padded} ${styles.quiet}`}>{t.none}</p>
      ) : (
        <DataTable
          label={t.title}
          columns={columns}
          rows={data?.rows}
          rowKey={(row) => row.outside_id}
          skeletonRows={3}
        />
      )}
    </Panel>
  );
}
