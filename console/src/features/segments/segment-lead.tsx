import type { Segment } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { When } from "@/shared/ui/when";
import { SegmentStatus } from "./segment-status";
import { segmentsTexts } from "./segments-texts";
import styles from "./segment-editor.module.css";

/** How a segment stands, in a line. `note` says what is peculiar right now. */
export function SegmentLead({ segment, note }: { segment: Segment; note?: string | undefined }) {
  const t = useTexts(segmentsTexts);
  const waiting = segment.status === "live" && segment.draft_definition ? t.unpublished : undefined;
  return (
    <div className={styles.lead}>
      <SegmentStatus status={segment.status} building={segment.building} />
      {segment.version !== null && <span>{t.version(segment.version)}</span>}
      {segment.refreshed_at && (
        <span>
          {t.columns.refreshed} <When at={segment.refreshed_at} />
        </span>
      )}
      {(note ?? waiting) && <span className={styles.note}>{note ?? waiting}</span>}
    </div>
  );
}
