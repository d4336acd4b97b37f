import type { DefinitionFault } from "@/api/definition-fault";
import type { ServiceRuleDefinition } from "@/api/types";

/** What each part of the editor is given. */
export interface RulePart {
  rules: ServiceRuleDefinition;
  fault: DefinitionFault | null;
  onChange: (changed: Partial<ServiceRuleDefinition>) => void;
}

/** The fault at a place, or below it. */
export const faultAt = (fault: DefinitionFault | null, path: string) =>
  fault && (fault.path === path || fault.path.startsWith(`${path}.`)) ? fault.reason : null;

export const replaced = <T>(all: readonly T[], at: number, changed: Partial<T>): T[] =>
  all.map((each, n) => (n === at ? { ...each, ...changed } : each));

export const without = <T>(all: readonly T[], at: number): T[] => all.filter((_, n) => n !== at);

export const emptyRules: ServiceRuleDefinition = {
  welcome: "",
  offers_faqs: true,
  first_reply: "",
  out_of_hours: "",
  fallback: "",
  closing: "",
  hours: [],
  replies: [],
  faqs: [],
  hand_over: null,
};
