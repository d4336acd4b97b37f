import { useQuery } from "@tanstack/react-query";
import { Spin } from "antd";
import { useMemo, useState } from "react";
import { importLookQuery } from "@/api/imports";
import type { ImportLook, ImportReading, ImportRow } from "@/api/types";
import { BUSINESS_TIME_ZONE } from "@/shared/format/time-format";
import { useCurrency } from "@/shared/format/use-currency";
import { useTexts } from "@/shared/i18n/texts";
import { ErrorState } from "@/shared/ui/error-state";
import { Panel } from "@/shared/ui/panel";
import { FilePanel } from "./file-panel";
import { planOf, suggestedDraft, type Draft } from "./import-draft";
import { faultOf } from "./import-fault";
import { importsTexts } from "./imports-texts";
import { MappingPanel } from "./mapping-panel";
import { Notice } from "./notice";
import { StartPanel } from "./start-panel";
import { TermsPanel } from "./terms-panel";
import styles from "./imports.module.css";

interface SetupProps {
  row: ImportRow;
  look: ImportLook;
  onRead: (reading: ImportReading) => void;
}

function Setup({ row, look, onRead }: SetupProps) {
  const currency = useCurrency();
  const suggested = useMemo(
    () => suggestedDraft(look, row.source_name, row.plan?.zone ?? BUSINESS_TIME_ZONE, currency),
    [look, row.source_name, row.plan?.zone, currency],
  );
  // What was changed by hand stays when the file is read in another way.
  const [changes, setChanges] = useState<Partial<Draft>>({});
  const draft = useMemo<Draft>(() => ({ ...suggested, ...changes }), [suggested, changes]);
  const plan = useMemo(() => planOf(draft, look.reading), [draft, look.reading]);
  const change = (part: Partial<Draft>) => setChanges((before) => ({ ...before, ...part }));
  return (
    <div className={styles.stack}>
      <FilePanel look={look} onRead={onRead} />
      <MappingPanel look={look} draft={draft} onChange={change} />
      <TermsPanel draft={draft} onChange={change} />
      <StartPanel row={row} plan={plan} />
    </div>
  );
}

/** Everything before the start: what the file is, what its columns mean, what holds for its rows. */
export function ImportSetup({ row }: { row: ImportRow }) {
  const t = useTexts(importsTexts);
  const [chosen, setChosen] = useState<Partial<ImportReading>>(row.plan?.reading ?? {});
  const look = useQuery({
    ...importLookQuery(row.import_id, chosen),
    placeholderData: (before) => before,
  });
  if (look.error) {
    const fault = faultOf(look.error, t.faults);
    return (
      <div className={styles.stack}>
        {fault ? (
          <Notice tone="bad">{fault}</Notice>
        ) : (
          <ErrorState error={look.error} onRetry={() => void look.refetch()} />
        )}
        <StartPanel row={row} plan={null} />
      </div>
    );
  }
  if (!look.data)
    return (
      <Panel>
        <Spin />
      </Panel>
    );
  return <Setup key={look.data.columns.join("\n")} row={row} look={look.data} onRead={setChosen} />;
}
