import { useCallback } from "react";
import { useLanguage } from "./language-context";

/** What stands between several names in one text. */
export const BETWEEN = { zh: "、", en: ", " } as const;

/** Several names as one text, with what the language puts between them. */
export function useWordList(): (words: readonly string[]) => string {
  const { language } = useLanguage();
  return useCallback((words) => words.join(BETWEEN[language]), [language]);
}
