import type { JourneyRow } from "@/api/journeys";
import { useTexts } from "@/shared/i18n/texts";
import { StatusTag } from "@/shared/ui/status-tag";
import { journeysTexts } from "./journeys-texts";

const TONES = { draft: "amber", running: "brand", paused: "quiet" } as const;

export function JourneyStatus({ status }: { status: JourneyRow["status"] }) {
  const t = useTexts(journeysTexts);
  return <StatusTag tone={TONES[status]}>{t.statuses[status]}</StatusTag>;
}
