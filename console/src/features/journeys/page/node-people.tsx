import { useInfiniteQuery } from "@tanstack/react-query";
import { Segmented } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import type { JourneyNode } from "@/api/journey-document";
import { journeyEntriesQuery, type Journey, type JourneyEntry } from "@/api/journeys";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTexts } from "@/shared/i18n/texts";
import { ErrorState } from "@/shared/ui/error-state";
import { LoadMore } from "@/shared/ui/load-more";
import { SkeletonLines } from "@/shared/ui/skeleton";
import { When } from "@/shared/ui/when";
import type { NodeNumbers } from "../canvas/canvas-context";
import { MessagePreview } from "../message-preview";
import { summaryOf, titleOf, type Wording } from "../node-summary";
import { EntryActions } from "./entry-actions";
import { useFaultWords } from "./fault-words";
import { pageTexts } from "./page-texts";
import styles from "./page.module.css";

interface NodePeopleProps {
  journey: Journey;
  node: JourneyNode;
  wording: Wording;
  numbers: NodeNumbers | null;
}

function Entry({ journeyId, entry }: { journeyId: number; entry: JourneyEntry }) {
  const t = useTexts(pageTexts);
  const faultWords = useFaultWords();
  return (
    <li className={styles.entry}>
      <div className={styles.entryHead}>
        {entry.customer_id === null ? (
          <span>{entry.name ?? "—"}</span>
        ) : (
          <Link to={`/customers/${entry.customer_id}`}>{entry.name ?? `#${entry.customer_id}`}</Link>
        )}
        <EntryActions journeyId={journeyId} entries={[entry]} />
      </div>
      {entry.fault && <p className={styles.fault}>{faultWords(entry)}</p>}
      <p className={styles.quiet}>
        {t.since} <When at={entry.entered_at} />
        {entry.due_at && (
          <>
            {" · "}
            {t.due} <When at={entry.due_at} />
          </>
        )}
        {" · "}
        <Link to={`/journeys/${journeyId}?entry=${entry.entry_id}`}>{t.showPath}</Link>
      </p>
    </li>
  );
}

/** One node of a journey in force: what it says, how many are there, and who they are. */
export function NodePeople({ journey, node, wording, numbers }: NodePeopleProps) {
  const t = useTexts(pageTexts);
  const n = useNumberFormat();
  const [state, setState] = useState<"active" | "paused">((numbers?.faulted ?? 0) > 0 ? "paused" : "active");
  const list = useInfiniteQuery({
    ...journeyEntriesQuery(journey.journey_id, node.key, state),
    enabled: journey.version !== null,
  });
  const rows = list.data?.pages.flatMap((page) => page.rows);
  return (
    <section aria-label={titleOf(node, wording.t)} className={styles.node}>
      <h2 className={styles.nodeTitle}>{titleOf(node, wording.t)}</h2>
      <p className={styles.quiet}>{summaryOf(node, wording)}</p>
      {(node.kind === "message" || node.kind === "group_message") && <MessagePreview text={node} />}
      {node.kind === "moment" && <MessagePreview text={{ body: node.body, link_url: node.link_url }} />}
      {node.kind === "task" && <MessagePreview text={{ title: node.title, body: node.script }} />}
      {numbers && (
        <dl className={styles.tally}>
          {(["resting", "passed", "faulted"] as const).map((key) => (
            <div key={key}>
              <dt>{t[key]}</dt>
              <dd>{n.whole(numbers[key])}</dd>
            </div>
          ))}
        </dl>
      )}
      {journey.version !== null && (
        <>
          <Segmented
            aria-label={t.state}
            block
            value={state}
            onChange={setState}
            options={(["active", "paused"] as const).map((value) => ({
              value,
              label: value === "active" ? t.resting : t.faulted,
            }))}
          />
          {list.error && !rows ? (
            <ErrorState error={list.error} onRetry={() => void list.refetch()} />
          ) : !rows ? (
            <SkeletonLines lines={4} />
          ) : rows.length === 0 ? (
            <p className={styles.quiet}>{t.nobodyText}</p>
          ) : (
            <>
              {rows.length > 1 && <EntryActions journeyId={journey.journey_id} entries={rows} />}
              <ul className={styles.entries}>
                {rows.map((entry) => (
                  <Entry key={entry.entry_id} journeyId={journey.journey_id} entry={entry} />
                ))}
              </ul>
              <LoadMore query={list} />
            </>
          )}
        </>
      )}
    </section>
  );
}
