import { MessageOutlined, PlusOutlined } from "@ant-design/icons";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { Link, useNavigate } from "react-router";
import { serviceRuleListQuery } from "@/api/service";
import type { ServiceRuleRow } from "@/api/types";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { DataTable, rowLink, type Column } from "@/shared/ui/data-table";
import { EmptyState } from "@/shared/ui/empty-state";
import { ErrorState } from "@/shared/ui/error-state";
import { LoadMore } from "@/shared/ui/load-more";
import { Panel } from "@/shared/ui/panel";
import { RuleStatus } from "./rule-status";
import { serviceTexts } from "./service-texts";

/** All rules, the newest first. */
export function RuleList() {
  const t = useTexts(serviceTexts);
  const n = useNumberFormat();
  const may = useMay();
  const navigate = useNavigate();
  const list = useInfiniteQuery(serviceRuleListQuery());
  const rows = list.data?.pages.flatMap((page) => page.rows);
  const columns: Column<ServiceRuleRow>[] = [
    {
      key: "name",
      title: t.ruleColumns.name,
      cell: (row) => (
        <Link to={`/service/rules/${String(row.rules_id)}`} className={rowLink}>
          {row.name}
        </Link>
      ),
    },
    { key: "status", title: t.ruleColumns.status, cell: (row) => <RuleStatus rules={row} /> },
    {
      key: "replies",
      title: t.ruleColumns.replies,
      align: "end",
      from: "medium",
      cell: (row) => n.whole(row.definition.replies.length),
    },
    {
      key: "faqs",
      title: t.ruleColumns.faqs,
      align: "end",
      from: "medium",
      cell: (row) => n.whole(row.definition.faqs.length),
    },
    {
      key: "accounts",
      title: t.ruleColumns.accounts,
      align: "end",
      cell: (row) => n.whole(row.accounts.length),
    },
  ];
  const create = may(rights.writeServiceRules) && (
    <Button
      type="primary"
      icon={<PlusOutlined aria-hidden />}
      onClick={() => void navigate("/service/rules/new")}
    >
      {t.createRules}
    </Button>
  );
  return (
    <Panel title={t.rules} extra={rows?.length !== 0 && create} flush>
      {list.error && !rows ? (
        <ErrorState error={list.error} onRetry={() => void list.refetch()} />
      ) : rows?.length === 0 ? (
        <EmptyState
          icon={<MessageOutlined aria-hidden />}
          title={t.noRulesYet}
          text={t.noRulesYetText}
          action={create}
        />
      ) : (
        <DataTable label={t.rules} columns={columns} rows={rows} rowKey={(row) => row.rules_id} />
      )}
      <LoadMore query={list} />
    </Panel>
  );
}
