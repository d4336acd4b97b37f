import type { ServiceRuleRow } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { StatusTag } from "@/shared/ui/status-tag";
import { serviceTexts } from "./service-texts";

const TONES = { draft: "amber", live: "brand", stopped: "quiet" } as const;

/** Whether anything is answered by these rules. */
export function RuleStatus({ rules }: { rules: ServiceRuleRow }) {
  const t = useTexts(serviceTexts);
  return <StatusTag tone={TONES[rules.status]}>{t.statuses[rules.status]}</StatusTag>;
}
