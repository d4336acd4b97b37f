import type { DefinitionFault } from "@/api/definition-fault";
import type { CodeDefinition } from "@/api/types";

/** What each part of the editor is given. */
export interface CodePart {
  code: CodeDefinition;
  fault: DefinitionFault | null;
  onChange: (changed: Partial<CodeDefinition>) => void;
}

/** The fault at a place, or below it. */
export const faultAt = (fault: DefinitionFault | null, path: string) =>
  fault && (fault.path === path || fault.path.startsWith(`${path}.`)) ? fault.reason : null;

const DAY_MINUTES = 24 * 60;

/** A minute of the day as a field for times shows it; midnight at the end of the day is 00:00. */
export const timeOf = (minute: number) =>
  `${String(Math.floor((minute % DAY_MINUTES) / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;

export const replaced = <T>(all: readonly T[], at: number, changed: Partial<T>): T[] =>
  all.map((each, n) => (n === at ? { ...each, ...changed } : each));

export const without = <T>(all: readonly T[], at: number): T[] => all.filter((_, n) => n !== at);

export const swapped = <T>(all: readonly T[], one: number, other: number): T[] =>
  all.map((each, n) => (n === one ? (all[other] ?? each) : n === other ? (all[one] ?? each) : each));
