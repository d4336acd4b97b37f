import type { Experiment } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { StatusTag } from "@/shared/ui/status-tag";
import { experimentsTexts } from "./experiments-texts";

const TONES = { draft: "amber", live: "brand", stopped: "quiet" } as const;

export function ExperimentStatus({ status }: { status: Experiment["status"] }) {
  const t = useTexts(experimentsTexts);
  return <StatusTag tone={TONES[status]}>{t.statuses[status]}</StatusTag>;
}
