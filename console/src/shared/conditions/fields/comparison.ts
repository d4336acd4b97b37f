import type { AttributeCondition } from "@/api/types";
import type { Example } from "../book";

export type Operator = AttributeCondition["operator"];
export type Value = AttributeCondition["value"];
export type ValueType = "text" | "number" | "boolean" | "day";

export interface Compared {
  operator: Operator;
  value?: Value;
}

export const VALUE_TYPES: readonly ValueType[] = ["text", "number", "boolean", "day"];
const MISSING: readonly Operator[] = ["is_set", "is_not_set"];
const ORDER: readonly Operator[] = ["at_least", "at_most", "more_than", "less_than"];
const SEVERAL: readonly Operator[] = ["one_of", "not_one_of", "has_all"];
const DAYS: readonly Operator[] = ["in_last_days", "in_next_days"];

/** Which comparisons make sense; of values nobody has seen, and of several types, every one. */
export function operatorsFor(types: readonly string[], takesDays: boolean): readonly Operator[] {
  const offered: Operator[] = types.includes("list") ? ["contains", "has_all"] : ["is", "is_not"];
  const open = types.length === 0;
  if (open || types.includes("text")) offered.push("contains", "starts_with");
  if (open || types.includes("number") || types.includes("day")) offered.push(...ORDER);
  if (open || types.includes("text") || types.includes("number")) offered.push("one_of", "not_one_of");
  if (open) offered.push("has_all");
  if (takesDays && (open || types.includes("day") || types.includes("text"))) offered.push(...DAYS);
  return [...new Set([...offered, ...MISSING])];
}

export const takesNothing = (operator: Operator) => MISSING.includes(operator);
export const takesSeveral = (operator: Operator) => SEVERAL.includes(operator);
export const takesDays = (operator: Operator) => DAYS.includes(operator);
const takesOrder = (operator: Operator) => ORDER.includes(operator);

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** What type the value is to have: that of what stands there, else that of the values seen. */
export function typeOf({ operator, value }: Compared, types: readonly string[]): ValueType {
  const one: unknown = Array.isArray(value) ? value[0] : value;
  if (typeof one === "number") return "number";
  if (typeof one === "boolean") return "boolean";
  if (typeof one === "string" && one !== "")
    return DAY.test(one) && (types.includes("day") || takesOrder(operator)) ? "day" : "text";
  const seen = VALUE_TYPES.find((type) => types.includes(type) && typesFor(operator).includes(type));
  return seen ?? typesFor(operator)[0] ?? "text";
}

/** Which types an operator can be asked with. */
export function typesFor(operator: Operator): readonly ValueType[] {
  if (takesOrder(operator)) return ["number", "day"];
  if (operator === "contains") return ["text", "number"];
  if (operator === "starts_with") return ["text"];
  if (takesSeveral(operator)) return ["text", "number"];
  return VALUE_TYPES;
}

/** The comparison with another operator; the value stays where it still fits. */
export function withOperator<C extends Compared>(compared: C, operator: Operator): C {
  const { operator: before, value } = compared;
  if (takesNothing(operator)) return { ...compared, operator, value: null };
  if (takesDays(operator)) return { ...compared, operator, value: takesDays(before) ? (value ?? 30) : 30 };
  const single = Array.isArray(value) ? value[0] : takesDays(before) ? null : value;
  if (takesSeveral(operator)) {
    if (Array.isArray(value)) return { ...compared, operator };
    const kept = typeof single === "boolean" || single === "" || single === null || single === undefined;
    return { ...compared, operator, value: kept ? [] : [single] };
  }
  const fits = takesOrder(operator)
    ? typeof single === "number" || (typeof single === "string" && DAY.test(single))
    : operator !== "starts_with" || typeof single === "string";
  return { ...compared, operator, value: fits ? (single ?? null) : null };
}

/** What was typed among several, each as the type it is to have. */
export function readSeveral(typed: readonly string[], type: ValueType): (string | number)[] {
  return typed.flatMap((text): (string | number)[] => {
    const trimmed = text.trim();
    if (trimmed === "") return [];
    if (type !== "number") return [trimmed];
    const figure = Number(trimmed);
    return Number.isFinite(figure) ? [figure] : [];
  });
}

export const examplesOf = (examples: readonly Example[], type: ValueType): readonly Example[] =>
  examples.filter((example) => typeof example === (type === "number" ? "number" : "string"));
