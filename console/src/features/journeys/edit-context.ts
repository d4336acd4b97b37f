import { createContext, useContext } from "react";
import type { JourneyFault, JourneySubject } from "@/api/journey-document";
import type { Book } from "@/shared/conditions/book";
import type { Language } from "@/shared/i18n/language-context";
import type { Names } from "./use-names";

/** What the fields of nodes need, however deep they stand. */
export interface JourneyEditing {
  names: Names;
  attributes: readonly string[];
  book: Book;
  subject: JourneySubject;
}

export const EditContext = createContext<JourneyEditing | null>(null);

export function useEditing(): JourneyEditing {
  const editing = useContext(EditContext);
  if (!editing) throw new Error("this is drawn in an editor only");
  return editing;
}

/** What is wrong at a field: the reason in the language of the reader. */
export type FaultOf = (field: string) => string | undefined;

export const reasonOf = (fault: JourneyFault, language: Language) =>
  language === "zh" ? fault.reason_zh : fault.reason;

/** What is wrong, each reason once: fields that are told alike say it beside themselves. */
export const reasonsOf = (faults: readonly JourneyFault[], language: Language) => [
  ...new Set(faults.map((fault) => reasonOf(fault, language))),
];

/** The faults below a prefix of the document (`nodes.3`), by field. */
export function faultsBelow(faults: readonly JourneyFault[], prefix: string, language: Language): FaultOf {
  const own = faults.flatMap((fault) => {
    if (fault.path !== prefix && !fault.path.startsWith(`${prefix}.`)) return [];
    return [{ field: fault.path.slice(prefix.length + 1), reason: reasonOf(fault, language) }];
  });
  return (field) => own.find((each) => each.field === field || each.field.startsWith(`${field}.`))?.reason;
}
