import { CustomerServiceOutlined } from "@ant-design/icons";
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Select } from "antd";
import { useState } from "react";
import {
  chooseServiceRules,
  refreshServiceAccounts,
  serviceAccountsQuery,
  serviceRuleListQuery,
} from "@/api/service";
import type { ServiceAccount } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { useWordList } from "@/shared/i18n/use-word-list";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { DataTable, type Column } from "@/shared/ui/data-table";
import { EmptyState } from "@/shared/ui/empty-state";
import { ErrorState } from "@/shared/ui/error-state";
import { Panel } from "@/shared/ui/panel";
import { useNotices } from "@/shared/ui/use-notices";
import { When } from "@/shared/ui/when";
import { LinkDialog } from "./link-dialog";
import { serviceTexts } from "./service-texts";
import styles from "./service.module.css";

function RulesChoice({ account }: { account: ServiceAccount }) {
  const t = useTexts(serviceTexts);
  const may = useMay();
  const notices = useNotices();
  const queryClient = useQueryClient();
  const mayChoose = may(rights.writeService) && may(rights.readServiceRules);
  const rules = useInfiniteQuery({ ...serviceRuleListQuery(), enabled: mayChoose });
  const choose = useMutation({
    mutationFn: (rulesId: number | null) => chooseServiceRules(account.account_id, rulesId),
    onSuccess: async () => {
      notices.done(t.chosen);
      await queryClient.invalidateQueries({ queryKey: ["service-accounts"] });
      await queryClient.invalidateQueries({ queryKey: ["service-rules"] });
    },
    onError: notices.failed,
  });
  if (!mayChoose) return <>{account.rules_name ?? t.noRules}</>;
  const options = (rules.data?.pages.flatMap((page) => page.rows) ?? []).map((each) => ({
    value: each.rules_id,
    label: each.status === "live" ? each.name : `${each.name} · ${t.statuses[each.status]}`,
  }));
  return (
    <Select<number>
      className={styles.choice ?? ""}
      aria-label={`${account.name} · ${t.accountColumns.rules}`}
      loading={choose.isPending}
      value={account.rules_id ?? 0}
      options={[{ value: 0, label: t.noRules }, ...options]}
      onChange={(rulesId) => choose.mutate(rulesId || null)}
    />
  );
}

/** The accounts that customers write to: by which rules each answers, and who looks after it. */
export function AccountList() {
  const t = useTexts(serviceTexts);
  const listed = useWordList();
  const may = useMay();
  const notices = useNotices();
  const queryClient = useQueryClient();
  const [linked, setLinked] = useState<ServiceAccount | null>(null);
  const { data, error, refetch } = useQuery(serviceAccountsQuery());
  const refresh = useMutation({
    mutationFn: refreshServiceAccounts,
    onSuccess: async () => {
      notices.done(t.looked);
      await queryClient.invalidateQueries({ queryKey: ["service-accounts"] });
    },
    onError: notices.failed,
  });
  const look = may(rights.writeService) && (
    <Button loading={refresh.isPending} onClick={() => refresh.mutate()}>
      {t.lookNow}
    </Button>
  );
  const columns: Column<ServiceAccount>[] = [
    { key: "name", title: t.accountColumns.name, cell: (row) => row.name || t.unnamedAccount },
    { key: "rules", title: t.accountColumns.rules, cell: (row) => <RulesChoice account={row} /> },
    {
      key: "servicers",
      title: t.accountColumns.servicers,
      from: "medium",
      cell: (row) =>
        row.servicers.length === 0 ? (
          t.nobody
        ) : (
          <span title={listed(row.servicers.map((each) => each.staff_name))}>
            {t.onDuty(row.servicers.filter((each) => each.is_on_duty).length, row.servicers.length)}
          </span>
        ),
    },
    {
      key: "read",
      title: t.accountColumns.read,
      from: "wide",
      cell: (row) =>
        row.refusal ? (
          <span className={styles.fault}>{t.notRead(row.refusal)}</span>
        ) : (
          <When at={row.read_at} />
        ),
    },
    ...(may(rights.writeService)
      ? [
          {
            key: "link",
            title: t.link,
            align: "end" as const,
            cell: (row: ServiceAccount) => (
              <Button size="small" onClick={() => setLinked(row)}>
                {t.makeLink}
              </Button>
            ),
          },
        ]
      : []),
  ];
  return (
    <Panel title={t.accounts} extra={data && data.rows.length > 0 && look} flush>
      {error && !data ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : data?.rows.length === 0 ? (
        <EmptyState
          icon={<CustomerServiceOutlined aria-hidden />}
          title={t.noAccounts}
          text={t.noAccountsText}
          action={look}
        />
      ) : (
        <DataTable label={t.accounts} columns={columns} rows={data?.rows} rowKey={(row) => row.account_id} />
      )}
      {linked && <LinkDialog account={linked} onClose={() => setLinked(null)} />}
    </Panel>
  );
}
