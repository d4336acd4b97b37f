import type { SendRow } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { StatusTag } from "@/shared/ui/status-tag";
import { sendsTexts } from "./sends-texts";

const TONES = {
  draft: "amber",
  waiting: "amber",
  planned: "info",
  running: "brand",
  paused: "amber",
  done: "quiet",
  cancelled: "quiet",
} as const;

/** How far its latest run is; without one it is a draft. */
export function SendStatus({ send }: { send: Pick<SendRow, "run"> }) {
  const t = useTexts(sendsTexts);
  const state = send.run?.state ?? "draft";
  return <StatusTag tone={TONES[state]}>{t.states[state]}</StatusTag>;
}
