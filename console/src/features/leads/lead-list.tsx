import { FunnelPlotOutlined } from "@ant-design/icons";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Button, Segmented, Select } from "antd";
import { useState } from "react";
import { claimLeads, leadCountsQuery, leadListQuery, returnLeads } from "@/api/leads";
import type { Intent, LeadView } from "@/api/types";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { staffTexts } from "@/shared/staff/staff-texts";
import { EmptyState } from "@/shared/ui/empty-state";
import { ErrorState } from "@/shared/ui/error-state";
import { LoadMore } from "@/shared/ui/load-more";
import { Panel } from "@/shared/ui/panel";
import { useNotices } from "@/shared/ui/use-notices";
import { AssignDialog } from "./assign-dialog";
import { LeadBoard } from "./lead-board";
import { LeadDrawer } from "./lead-drawer";
import { LeadTable } from "./lead-table";
import { leadsTexts } from "./leads-texts";
import { useLeadChange, useStages } from "./use-leads";
import styles from "./leads.module.css";

const INTENTS = ["high", "medium", "low", ""] as const;
const EMPTY = {
  mine: ["noMine", "noMineText"],
  pool: ["noPool", "noPoolText"],
  team: ["noTeam", "noTeamText"],
} as const;

interface BarProps {
  view: LeadView;
  chosen: ReadonlySet<number>;
  onDone: () => void;
  onAssign: () => void;
}

/** What can be done with the leads that were chosen. */
function ChosenBar({ view, chosen, onDone, onAssign }: BarProps) {
  const t = useTexts(leadsTexts);
  const n = useNumberFormat();
  const may = useMay();
  const notices = useNotices();
  const claiming = useLeadChange(claimLeads, (found) => {
    notices.done(t.claimed(n.whole(found.rows.length)));
    onDone();
  });
  const returning = useLeadChange(returnLeads, (found) => {
    notices.done(t.returned(n.whole(found.returned)));
    onDone();
  });
  const ids = [...chosen];
  return (
    <span className={styles.actions}>
      <span className={styles.quiet}>{t.selected(n.whole(ids.length))}</span>
      {view === "pool" && may(rights.writeLeads) && (
        <Button size="small" type="primary" loading={claiming.isPending} onClick={() => claiming.mutate(ids)}>
          {t.claim}
        </Button>
      )}
      {view === "team" && (
        <Button size="small" type="primary" onClick={onAssign}>
          {t.assign}
        </Button>
      )}
      {view !== "pool" && may(rights.writeLeads) && (
        <Button size="small" loading={returning.isPending} onClick={() => returning.mutate(ids)}>
          {t.giveBack}
        </Button>
      )}
    </span>
  );
}

/** Leads of one view: one's own, the pool's, the team's. */
export function LeadList({ view }: { view: LeadView }) {
  const t = useTexts(leadsTexts);
  const staff = useTexts(staffTexts);
  const n = useNumberFormat();
  const { stages } = useStages();
  const [stage, setStage] = useState("");
  const [intent, setIntent] = useState<Intent | "any">("any");
  const [look, setLook] = useState<"table" | "board">("table");
  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set());
  const [opened, setOpened] = useState<number | null>(null);
  const [isAssigning, setAssigning] = useState(false);
  const counts = useQuery(leadCountsQuery(view));
  const list = useInfiniteQuery(leadListQuery(view, { stage, intent }));
  const rows = list.data?.pages.flatMap((page) => page.rows);
  const clear = () => setChosen(new Set());
  const choose = (leadId: number) =>
    setChosen((before) =>
      before.has(leadId)
        ? new Set([...before].filter((each) => each !== leadId))
        : new Set([...before, leadId]),
    );
  const [empty, emptyText] = EMPTY[view];
  const facts = counts.data && [
    t.open(n.whole(counts.data.open)),
    ...(counts.data.due ? [t.due(n.whole(counts.data.due))] : []),
    ...(view === "team" ? [t.unowned(n.whole(counts.data.unowned))] : []),
  ];
  return (
    <div className={styles.stack}>
      <div className={styles.bar}>
        <span className={styles.filters}>
          <Select
            aria-label={t.stage}
            value={stage}
            style={{ minWidth: 130 }}
            options={[
              { value: "", label: t.allStages },
              ...stages.map((each) => ({ value: each.key, label: each.name })),
            ]}
            onChange={setStage}
          />
          <Select<Intent | "any">
            aria-label={staff.intent}
            value={intent}
            style={{ minWidth: 120 }}
            options={[
              { value: "any", label: t.anyIntent },
              ...INTENTS.map((value) => ({ value, label: staff.intents[value] })),
            ]}
            onChange={setIntent}
          />
          {view !== "pool" && (
            <Segmented<"table" | "board">
              aria-label={t.view}
              value={look}
              options={[
                { value: "table", label: t.asTable },
                { value: "board", label: t.asBoard },
              ]}
              onChange={(value) => {
                setLook(value);
                clear();
              }}
            />
          )}
        </span>
        {chosen.size > 0 ? (
          <ChosenBar view={view} chosen={chosen} onDone={clear} onAssign={() => setAssigning(true)} />
        ) : (
          <span className={styles.quiet}>{facts?.join(" · ")}</span>
        )}
      </div>
      {list.error && !rows ? (
        <ErrorState error={list.error} onRetry={() => void list.refetch()} />
      ) : rows?.length === 0 ? (
        <Panel>
          <EmptyState icon={<FunnelPlotOutlined aria-hidden />} title={t[empty]} text={t[emptyText]} />
        </Panel>
      ) : look === "board" && rows ? (
        <LeadBoard view={view} rows={rows} onOpen={setOpened} />
      ) : (
        <Panel flush>
          <LeadTable view={view} rows={rows} chosen={chosen} onChoose={choose} onOpen={setOpened} />
        </Panel>
      )}
      <LoadMore query={list} />
      {opened !== null && <LeadDrawer leadId={opened} onClose={() => setOpened(null)} />}
      {isAssigning && (
        <AssignDialog
          leadIds={[...chosen]}
          onClose={() => setAssigning(false)}
          onDone={() => {
            setAssigning(false);
            clear();
          }}
        />
      )}
    </div>
  );
}

export const MyLeads = () => <LeadList view="mine" />;
export const LeadPool = () => <LeadList view="pool" />;
export const TeamLeads = () => <LeadList view="team" />;
