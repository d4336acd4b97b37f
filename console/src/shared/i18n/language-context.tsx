import { createContext, use, useLayoutEffect, useMemo, useState, type ReactNode } from "react";

export type Language = "zh" | "en";

interface LanguageChoice {
  language: Language;
  setLanguage: (language: Language) => void;
}

const KEY = "siyu.language";
const LanguageContext = createContext<LanguageChoice | null>(null);

/** The language chosen last, Chinese until somebody chooses. */
export function rememberedLanguage(): Language {
  try {
    return localStorage.getItem(KEY) === "en" ? "en" : "zh";
  } catch {
    return "zh"; // a page in a frame of another site may be allowed to keep nothing
  }
}

export function LanguageProvider({ children }: { children: ReactNode }) {
  const [language, setState] = useState<Language>(rememberedLanguage);
  useLayoutEffect(() => {
    document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  }, [language]);
  const value = useMemo(
    () => ({
      language,
      setLanguage: (next: Language) => {
        setState(next);
        try {
          localStorage.setItem(KEY, next);
        } catch {
          // the same frame: it holds until the page is left
        }
      },
    }),
    [language],
  );
  return <LanguageContext value={value}>{children}</LanguageContext>;
}

export function useLanguage(): LanguageChoice {
  const choice = use(LanguageContext);
  if (!choice) throw new Error("useLanguage stands outside LanguageProvider");
  return choice;
}

/** The language one may turn to, called as those call it who speak it. */
export function useOtherLanguage() {
  const { language, setLanguage } = useLanguage();
  const other: Language = language === "zh" ? "en" : "zh";
  return {
    lang: other === "zh" ? "zh-CN" : "en",
    name: other === "zh" ? "中文" : "English",
    turn: () => setLanguage(other),
  };
}
