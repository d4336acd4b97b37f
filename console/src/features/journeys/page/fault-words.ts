import type { JourneyEntry } from "@/api/journeys";
import { useTexts } from "@/shared/i18n/texts";
import { pageTexts } from "./page-texts";

/** Why somebody is held, in words: ours where we have some, else what the server said. */
export function useFaultWords() {
  const words: Readonly<Record<string, string>> = useTexts(pageTexts).faultWords;
  return ({ fault, fault_detail: detail }: JourneyEntry) =>
    fault === null ? null : (words[fault] ?? detail ?? fault);
}
