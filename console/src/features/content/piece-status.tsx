import { useTexts } from "@/shared/i18n/texts";
import { StatusTag } from "@/shared/ui/status-tag";
import { contentTexts } from "./content-texts";

const TONES = { draft: "info", live: "brand", stopped: "quiet" } as const;

/** Whether staff find it, and whether what they find is what stands in the editor. */
export function PieceStatus({ piece }: { piece: { status: keyof typeof TONES; draft_definition: unknown } }) {
  const t = useTexts(contentTexts);
  return (
    <StatusTag tone={piece.draft_definition ? "amber" : TONES[piece.status]}>
      {piece.draft_definition ? t.changed : t.status[piece.status]}
    </StatusTag>
  );
}
