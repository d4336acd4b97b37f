import type { PlanStage } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { StatusTag } from "@/shared/ui/status-tag";
import { plansTexts } from "./plans-texts";

const TONES = { drafted: "amber", approved: "info", running: "brand", closed: "quiet" } as const;

export function PlanStageTag({ stage }: { stage: PlanStage }) {
  const t = useTexts(plansTexts);
  return <StatusTag tone={TONES[stage]}>{t.stages[stage]}</StatusTag>;
}
