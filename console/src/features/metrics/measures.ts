import type { MetricDefinition, MetricMeasure, MetricUnit } from "@/api/types";

export const KINDS = ["events", "acts", "segment", "costs", "formula"] as const;
export const BOARDS = ["acquisition", "operation", "transaction"] as const;
export const UNITS = ["count", "people", "money_fen", "ratio", "days", "number"] as const;
export const UPS = ["good", "bad", "neither"] as const;
export const MEASURES = [
  "count",
  "people",
  "sum",
  "average",
  "min",
  "max",
  "distinct",
  "per_person",
] as const;
export const TURNS = ["every", "first", "later"] as const;
export const OVERS = ["period", "rolling", "ever"] as const;

export type EventsMeasure = Extract<MetricMeasure, { kind: "events" }>;

/** What a measure of a kind begins with. */
export function newMeasure(kind: MetricMeasure["kind"]): MetricMeasure {
  if (kind === "acts") return { kind, measure: "people", over: "period", days: null };
  if (kind === "segment") return { kind, segment_id: 0 };
  if (kind === "costs") return { kind, channels: [], campaigns: [], contents: [] };
  if (kind === "formula") return { kind, text: "" };
  return {
    kind,
    events: [{ event: "order_paid", where: [] }],
    measure: "count",
    property: null,
    turn: "every",
    at_least: 1,
    over: "period",
    days: null,
  };
}

/** The units that a measure may have, as the server would say; of a formula it finds out itself. */
export function unitsOf(of: MetricDefinition["of"]): readonly MetricUnit[] {
  if (of.kind === "formula") return UNITS;
  if (of.kind === "segment") return ["people"];
  if (of.kind === "costs") return ["money_fen"];
  if (of.kind === "acts") return [of.measure];
  if (of.measure === "people") return ["people"];
  if (of.measure === "count" || of.measure === "distinct") return ["count"];
  if (!of.property) return ["ratio", "number"];
  return of.property.endsWith("_fen") ? ["money_fen"] : ["number", "days", "ratio", "count"];
}
