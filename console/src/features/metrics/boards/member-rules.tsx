import { useQuery } from "@tanstack/react-query";
import { memberRulesQuery } from "@/api/boards";
import type { MetricBoard } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { Panel } from "@/shared/ui/panel";
import { RuleRows, useRules } from "../rules-panel";
import { boardsTexts } from "./boards-texts";
import { AddMemberRule } from "./add-member-rule";

/** Rules that look at the members of a board. */
export function MemberRules({ board }: { board: MetricBoard }) {
  const t = useTexts(boardsTexts);
  const may = useMay()(rights.publishMetrics);
  const { data } = useQuery(memberRulesQuery(board.dimension));
  const rules = useRules();
  const labels = new Map(board.rows.map((row) => [row.group.key, row.group.label]));
  return (
    <Panel
      title={t.rules}
      note={t.rulesNote}
      extra={may && <AddMemberRule board={board} labels={labels} onAdd={rules.add.mutate} />}
    >
      <RuleRows
        rows={data?.rows ?? []}
        rules={rules}
        unitOf={(rule) => board.columns.find((each) => each.metric_id === rule.metric_id)?.unit}
        nameOf={(rule) => (rule.member ? (labels.get(rule.member) ?? rule.member) : t.anyMember)}
        withMetric
      />
    </Panel>
  );
}
