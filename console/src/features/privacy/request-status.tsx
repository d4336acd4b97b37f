import type { PrivacyRequest } from "@/api/types";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTexts } from "@/shared/i18n/texts";
import { StatusTag, type Tone } from "@/shared/ui/status-tag";
import { privacyTexts } from "./privacy-texts";
import styles from "./privacy-page.module.css";

const tones: Record<PrivacyRequest["state"], Tone> = {
  waiting: "amber",
  queued: "info",
  running: "info",
  done: "brand",
  declined: "quiet",
};

/** Where a request stands; of an erasure also which step is under way, and what the search at its end found. */
export function RequestStatus({ row }: { row: PrivacyRequest }) {
  const t = useTexts(privacyTexts);
  const n = useNumberFormat();
  return (
    <div className={styles.words}>
      <StatusTag tone={row.traces ? "danger" : tones[row.state]}>{t.states[row.state]}</StatusTag>
      {row.state === "running" && row.step && <span className={styles.quiet}>{t.steps[row.step]}</span>}
      {row.traces === 0 && <span className={styles.good}>{t.clean}</span>}
      {row.traces !== null && row.traces > 0 && (
        <span className={styles.bad}>{t.traces(n.whole(row.traces))}</span>
      )}
    </div>
  );
}
