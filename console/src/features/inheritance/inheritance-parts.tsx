import type { HandoverState, Inheritance } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { StatusTag, type Tone } from "@/shared/ui/status-tag";
import { inheritanceTexts } from "./inheritance-texts";

/** In the order in which they are gone through. */
export const STATES: readonly HandoverState[] = [
  "planned",
  "asked",
  "waiting",
  "done",
  "refused",
  "limited",
  "taker_full",
  "failed",
  "cancelled",
];
/** What ended without being another's: it can be given to somebody else. */
const UNDONE: readonly HandoverState[] = ["refused", "limited", "taker_full", "failed"];
const TONES: Record<HandoverState, Tone> = {
  planned: "quiet",
  asked: "info",
  waiting: "amber",
  done: "brand",
  refused: "danger",
  limited: "danger",
  taker_full: "danger",
  failed: "danger",
  cancelled: "quiet",
};

type Counted = Pick<Inheritance, "counts" | "group_counts">;

/** How many customers and groups stand in some of the states. */
export function countOf({ counts, group_counts: groups }: Counted, states: readonly HandoverState[]): number {
  return states.reduce((sum, state) => sum + (counts[state] ?? 0) + (groups[state] ?? 0), 0);
}
export const totalOf = (inheritance: Counted) => countOf(inheritance, STATES);
export const doneOf = (inheritance: Counted) => countOf(inheritance, ["done"]);
export const undoneOf = (inheritance: Counted) => countOf(inheritance, UNDONE);

export function HandoverTag({ state }: { state: HandoverState }) {
  const { states } = useTexts(inheritanceTexts);
  return <StatusTag tone={TONES[state]}>{states[state]}</StatusTag>;
}

export function InheritanceState({ inheritance }: { inheritance: Inheritance }) {
  const t = useTexts(inheritanceTexts);
  if (inheritance.refusal && !inheritance.ended_at) return <StatusTag tone="danger">{t.stopped}</StatusTag>;
  if (!inheritance.ended_at) return <StatusTag tone="amber">{t.running}</StatusTag>;
  if (inheritance.is_cancelled) return <StatusTag tone="quiet">{t.cancelled}</StatusTag>;
  return <StatusTag tone={undoneOf(inheritance) ? "danger" : "brand"}>{t.ended}</StatusTag>;
}

/** What one of WeCom's codes means. */
export function useReason() {
  const t = useTexts(inheritanceTexts);
  const words: Readonly<Record<number, string>> = t.codes;
  return (errcode: number) => words[errcode] ?? t.otherCode(errcode);
}
