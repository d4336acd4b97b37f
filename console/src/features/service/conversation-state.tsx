import type { ServiceConversation } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { StatusTag } from "@/shared/ui/status-tag";
import { serviceTexts } from "./service-texts";

const TONES = {
  new: "info",
  assistant: "info",
  waiting: "amber",
  servicer: "brand",
  ended: "quiet",
} as const;

/** Who has a conversation now. */
export function ConversationState({ state }: { state: ServiceConversation["state"] }) {
  const t = useTexts(serviceTexts);
  return <StatusTag tone={TONES[state]}>{t.states[state]}</StatusTag>;
}
