import { Button } from "antd";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import { mergeHistoryQuery } from "@/api/merges";
import type { Customer, LinkedIdentity, MergeRow } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { useVocabulary } from "@/shared/i18n/vocabulary";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { ErrorState } from "@/shared/ui/error-state";
import { SkeletonLines } from "@/shared/ui/skeleton";
import { When } from "@/shared/ui/when";
import { identityTexts } from "./identity-texts";
import { UndoDialog } from "./part-dialog";
import styles from "./identity-panel.module.css";

const SHOWN_FIRST = 4;

function Names({ of }: { of: readonly LinkedIdentity[] }) {
  const vocabulary = useVocabulary();
  return (
    <ul className={styles.names}>
      {of.map((each) => (
        <li key={each.profile_id}>
          <span>{vocabulary.say("identities", each.kind)}</span> {each.value_masked}
        </li>
      ))}
    </ul>
  );
}

function Row({
  row,
  customer,
  onUndo,
}: {
  row: MergeRow;
  customer: Customer;
  onUndo: (row: MergeRow) => void;
}) {
  const t = useTexts(identityTexts);
  const may = useMay();
  const actors: Record<string, string> = t.actors;
  const by = row.actor_name ?? actors[row.actor_kind] ?? row.actor_kind;
  const isLoser = customer.identities.some((each) => each.profile_id === row.loser_id);
  const other = isLoser ? row.winner_id : row.loser_id;
  const linked = row.cause === "link" || row.cause === "alias";
  const gone = row.moved - row.identities.length;
  return (
    <li className={row.is_split ? `${styles.entry} ${styles.parted}` : styles.entry}>
      <p className={styles.head}>
        <strong>{row.is_split ? t.split : t.merged}</strong>
        <span className={styles.quiet}>
          <When at={row.at} />
        </span>
      </p>
      <p>
        {row.reason || t.causes[row.cause]}
        <span className={styles.quiet}> · {by}</span>
      </p>
      {row.is_split ? (
        <p>
          <Link to={`/customers/${other}`}>{isLoser ? t.splitFrom(other) : t.splitOff(other)}</Link>
        </p>
      ) : (
        <Names of={linked && row.linked.length > 1 ? row.linked : row.identities} />
      )}
      {!row.is_split && gone > 0 && <p className={styles.quiet}>{t.movedAway(gone)}</p>}
      {row.can_undo && may(rights.mergeCustomers) && (
        <Button size="small" type="link" className={styles.undo ?? ""} onClick={() => onUndo(row)}>
          {t.undo}
        </Button>
      )}
    </li>
  );
}

/** Every merge and every split that a customer took part in, with what led to it and the way back. */
export function MergeHistory({ customer }: { customer: Customer }) {
  const t = useTexts(identityTexts);
  const { data, error, refetch } = useQuery(mergeHistoryQuery(customer.customer_id));
  const [all, setAll] = useState(false);
  const [undoing, setUndoing] = useState<MergeRow | null>(null);
  const rows = data?.rows ?? [];
  const shown = all ? rows : rows.slice(0, SHOWN_FIRST);
  return (
    <section className={styles.history} aria-label={t.history}>
      <h3 className={styles.name}>{t.history}</h3>
      {error && !data ? (
        <ErrorState compact error={error} onRetry={() => void refetch()} />
      ) : !data ? (
        <SkeletonLines lines={2} />
      ) : rows.length === 0 ? (
        <p className={styles.quiet}>{t.none}</p>
      ) : (
        <ol className={styles.entries}>
          {shown.map((row) => (
            <Row key={row.merge_id} row={row} customer={customer} onUndo={setUndoing} />
          ))}
        </ol>
      )}
      {shown.length < rows.length && (
        <Button size="small" type="text" onClick={() => setAll(true)}>
          {t.more(rows.length - shown.length)}
        </Button>
      )}
      {undoing && <UndoDialog customer={customer} row={undoing} onClose={() => setUndoing(null)} />}
    </section>
  );
}
