import type { FormRow } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { StatusTag } from "@/shared/ui/status-tag";
import { formsTexts } from "./forms-texts";

const TONES = { open: "brand", not_yet: "info", ended: "quiet", full: "quiet", stopped: "quiet" } as const;

/** Whether it takes answers now. */
export function FormStatus({ form }: { form: FormRow }) {
  const t = useTexts(formsTexts);
  if (form.status === "draft" || form.state === null)
    return <StatusTag tone="amber">{t.statuses.draft}</StatusTag>;
  return <StatusTag tone={TONES[form.state]}>{t.states[form.state]}</StatusTag>;
}
