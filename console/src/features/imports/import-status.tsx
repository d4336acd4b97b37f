import type { ImportRow } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { StatusTag, type Tone } from "@/shared/ui/status-tag";
import { importsTexts } from "./imports-texts";

const TONES: Record<ImportRow["state"], Tone> = {
  uploaded: "amber",
  waiting: "info",
  running: "info",
  done: "brand",
  failed: "danger",
  cancelled: "quiet",
};

export function ImportStatus({ state }: { state: ImportRow["state"] }) {
  const t = useTexts(importsTexts);
  return <StatusTag tone={TONES[state]}>{t.states[state]}</StatusTag>;
}
