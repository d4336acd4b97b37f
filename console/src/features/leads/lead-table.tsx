import { Checkbox } from "antd";
import type { Lead, LeadView } from "@/api/types";
import { presentTime } from "@/shared/format/present";
import { useTimeFormat } from "@/shared/format/time-format";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { staffTexts } from "@/shared/staff/staff-texts";
import { DataTable, type Column } from "@/shared/ui/data-table";
import { StatusTag, type Tone } from "@/shared/ui/status-tag";
import { When } from "@/shared/ui/when";
import { leadsTexts } from "./leads-texts";
import { useStages } from "./use-leads";
import styles from "./leads.module.css";

const TONES: Record<Lead["intent"], Tone> = { "": "quiet", high: "brand", medium: "info", low: "quiet" };

export function IntentTag({ intent }: { intent: Lead["intent"] }) {
  const t = useTexts(staffTexts);
  return <StatusTag tone={TONES[intent]}>{t.intents[intent]}</StatusTag>;
}

interface LeadTableProps {
  view: LeadView;
  rows: readonly Lead[] | undefined;
  chosen: ReadonlySet<number>;
  onChoose: (leadId: number) => void;
  onOpen: (leadId: number) => void;
}

export function LeadTable({ view, rows, chosen, onChoose, onOpen }: LeadTableProps) {
  const t = useTexts(leadsTexts);
  const may = useMay();
  const time = useTimeFormat();
  const { nameOf } = useStages();
  const soon = (at: string | null) =>
    at && (
      <span className={new Date(at) < presentTime() ? styles.late : ""}>
        <When at={at} />
      </span>
    );
  const columns: Column<Lead>[] = [
    ...(may(rights.writeLeads)
      ? [
          {
            key: "chosen",
            title: "",
            width: 44,
            cell: (row: Lead) => (
              <Checkbox
                aria-label={t.select(row.customer)}
                checked={chosen.has(row.lead_id)}
                onChange={() => onChoose(row.lead_id)}
              />
            ),
          },
        ]
      : []),
    {
      key: "customer",
      title: t.columns.customer,
      cell: (row) => (
        <button type="button" className={styles.name} onClick={() => onOpen(row.lead_id)}>
          {row.customer}
        </button>
      ),
    },
    { key: "stage", title: t.columns.stage, cell: (row) => nameOf(row.stage) },
    {
      key: "intent",
      title: t.columns.intent,
      from: "medium",
      cell: (row) => <IntentTag intent={row.intent} />,
    },
    ...(view === "team"
      ? [{ key: "owner", title: t.columns.owner, cell: (row: Lead) => row.staff || t.nobody } as const]
      : []),
    ...(view === "pool"
      ? []
      : [
          {
            key: "next",
            title: t.columns.next,
            from: "medium",
            cell: (row: Lead) => soon(row.next_at) ?? "—",
          } as const,
        ]),
    {
      key: "last",
      title: t.columns.last,
      from: "wide",
      cell: (row) => (
        <span className={styles.clip} title={row.last_text}>
          {row.last_text || "—"}
        </span>
      ),
    },
    { key: "source", title: t.columns.source, from: "medium", cell: (row) => row.source },
    view === "mine"
      ? {
          key: "returns",
          title: t.columns.returns,
          from: "wide",
          cell: (row) =>
            row.returns_at ? <span title={time.full(row.returns_at)}>{time.ago(row.returns_at)}</span> : "—",
        }
      : { key: "opened", title: t.columns.opened, from: "wide", cell: (row) => <When at={row.opened_at} /> },
  ];
  return <DataTable label={t.title} columns={columns} rows={rows} rowKey={(row) => row.lead_id} />;
}
