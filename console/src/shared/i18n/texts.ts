import { useLanguage, type Language } from "./language-context";

type Text = string | ((...values: never[]) => string);
export type Words = { readonly [key: string]: Text | Words };

/**
 * The words of one page or part, in both languages. Chinese comes first and sets the keys; English must have the
 * same ones. A text with a hole is a function: `found: (n: string) => …`.
 */
export function defineTexts<T extends Words>(texts: { zh: T; en: NoInfer<T> }): Record<Language, T> {
  return texts;
}

export function useTexts<T extends Words>(texts: Record<Language, T>): T {
  return texts[useLanguage().language];
}
