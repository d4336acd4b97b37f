import type { SegmentRow } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { StatusTag } from "@/shared/ui/status-tag";
import { segmentsTexts } from "./segments-texts";

const TONES = { draft: "amber", live: "brand", stopped: "quiet" } as const;

export function SegmentStatus({ status, building }: Pick<SegmentRow, "status" | "building">) {
  const t = useTexts(segmentsTexts);
  if (building) return <StatusTag tone="info">{t.building}</StatusTag>;
  return <StatusTag tone={TONES[status]}>{t.statuses[status]}</StatusTag>;
}
