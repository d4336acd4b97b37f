import type { CodeRow } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { StatusTag } from "@/shared/ui/status-tag";
import { codesTexts } from "./codes-texts";

const TONES = { draft: "amber", live: "brand", stopped: "quiet" } as const;

/** Whether it serves now. */
export function CodeStatus({ code }: { code: CodeRow }) {
  const t = useTexts(codesTexts);
  return <StatusTag tone={TONES[code.status]}>{t.statuses[code.status]}</StatusTag>;
}
