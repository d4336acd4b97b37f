import { useQuery } from "@tanstack/react-query";
import { useParams } from "react-router";
import { importQuery, isUnderWay } from "@/api/imports";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { ErrorState } from "@/shared/ui/error-state";
import { Page } from "@/shared/ui/page";
import { When } from "@/shared/ui/when";
import { keptFault } from "./import-fault";
import { ImportProgress } from "./import-progress";
import { ImportSetup } from "./import-setup";
import { ImportStatus } from "./import-status";
import { importsTexts } from "./imports-texts";
import { Notice } from "./notice";
import styles from "./imports.module.css";

/** One file: before its import what it means, then how far it is, then what came of it. */
export function ImportPage() {
  const t = useTexts(importsTexts);
  const may = useMay();
  const { importId } = useParams();
  const { data: row, error, refetch } = useQuery(importQuery(Number(importId)));
  if (error && !row) return <ErrorState isPage error={error} onRetry={() => void refetch()} />;
  if (!row) return <Page title={t.title} back={{ to: "/imports", label: t.back }} children={null} />;
  const wasStarted = row.state !== "uploaded";
  const canStart = row.has_file && !isUnderWay(row) && row.state !== "done" && may(rights.writeImports);
  return (
    <Page
      title={row.file_name}
      back={{ to: "/imports", label: t.back }}
      lead={
        <>
          {row.kind ? `${t.kinds[row.kind]} · ` : ""}
          <When at={row.created_at} />
        </>
      }
      actions={wasStarted ? undefined : <ImportStatus state={row.state} />}
    >
      <div className={styles.stack}>
        {row.state === "failed" && (
          <Notice tone="bad">{keptFault(row.fault_code, row.fault, t.faults)}</Notice>
        )}
        {wasStarted && <ImportProgress row={row} />}
        {canStart && <ImportSetup row={row} />}
        {!row.has_file && row.state === "uploaded" && (
          <Notice tone="warning">{t.faults.unknown_import_file}</Notice>
        )}
      </div>
    </Page>
  );
}
