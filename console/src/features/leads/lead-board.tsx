import { useQuery } from "@tanstack/react-query";
import { leadCountsQuery } from "@/api/leads";
import type { Lead, LeadView } from "@/api/types";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTexts } from "@/shared/i18n/texts";
import { When } from "@/shared/ui/when";
import { IntentTag } from "./lead-table";
import { leadsTexts } from "./leads-texts";
import { useStages } from "./use-leads";
import styles from "./leads.module.css";

interface LeadBoardProps {
  view: LeadView;
  rows: readonly Lead[];
  onOpen: (leadId: number) => void;
}

/** Leads by stage, side by side. */
export function LeadBoard({ view, rows, onOpen }: LeadBoardProps) {
  const t = useTexts(leadsTexts);
  const n = useNumberFormat();
  const { stages } = useStages();
  const { data } = useQuery(leadCountsQuery(view));
  const counted = new Map(data?.stages.map((each) => [each.stage, each.count]));
  const known = new Set(stages.map((each) => each.key));
  const lost = [...new Set(rows.map((row) => row.stage))].filter((key) => !known.has(key));
  return (
    <div className={styles.board}>
      {[...stages, ...lost.map((key) => ({ key, name: key }))].map(({ key, name }) => (
        <section key={key} className={styles.lane} aria-label={name}>
          <h3 className={styles.laneHead}>
            {name} <span className={styles.quiet}>{n.whole(counted.get(key) ?? 0)}</span>
          </h3>
          {rows
            .filter((row) => row.stage === key)
            .map((row) => (
              <div key={row.lead_id} className={styles.card}>
                <button type="button" className={styles.name} onClick={() => onOpen(row.lead_id)}>
                  {row.customer}
                </button>
                <span>
                  <IntentTag intent={row.intent} />
                </span>
                {row.last_text && <span className={styles.clip}>{row.last_text}</span>}
                <span className={styles.quiet}>
                  {row.next_at ? (
                    <>
                      {t.columns.next} <When at={row.next_at} />
                    </>
                  ) : (
                    row.source
                  )}
                </span>
              </div>
            ))}
        </section>
      ))}
    </div>
  );
}
