import { useTexts } from "@/shared/i18n/texts";
import type { NewWords } from "./form-draft";
import { formsTexts } from "./forms-texts";

/** What new questions and choices say until somebody writes over it. */
export function useNewWords(): NewWords {
  const t = useTexts(formsTexts);
  return { question: t.newQuestion, choice: t.newChoice };
}
