import { useMemo } from "react";
import { useLanguage, type Language } from "./language-context";
import { BETWEEN } from "./use-word-list";
import { vocabulary, type Words } from "./vocabulary-words";

/** `Order Completed` and `orderCompleted` are `order_completed`. */
export function plainName(name: string): string {
  return name
    .replace(/([a-z\d])([A-Z])/g, "$1_$2")
    .replace(/[\s.-]+/g, "_")
    .toLowerCase();
}

function readable(name: string): string {
  const words = plainName(name).replaceAll("_", " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

type Topic = Exclude<keyof Words, "yes" | "no">;

export interface Vocabulary {
  say: (topic: Topic, name: string) => string;
  /** A property's or attribute's value as text. */
  value: (value: unknown) => string;
}

export function makeVocabulary(language: Language): Vocabulary {
  const words = vocabulary[language];
  const valueOf = (value: unknown): string => {
    if (value === null || value === undefined || value === "") return "—";
    if (typeof value === "boolean") return value ? words.yes : words.no;
    if (typeof value === "string") return value;
    if (typeof value === "number") return String(value);
    const isWords = Array.isArray(value) && value.every((each) => typeof each !== "object");
    return isWords ? value.map(valueOf).join(BETWEEN[language]) || "—" : JSON.stringify(value);
  };
  return {
    say: (topic, name) => words[topic][plainName(name)] ?? (language === "en" ? readable(name) : name),
    value: valueOf,
  };
}

export function useVocabulary(): Vocabulary {
  const { language } = useLanguage();
  return useMemo(() => makeVocabulary(language), [language]);
}
