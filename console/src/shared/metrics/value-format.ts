import type { MetricUnit } from "@/api/types";
import { useCurrency } from "@/shared/format/use-currency";
import { useNumberFormat } from "@/shared/format/number-format";

type Value = number | null | undefined;

export interface ValueFormat {
  /** As it is shown where there is room; “—” where there is no value. */
  full: (value: Value) => string;
  /** For axes and small places. */
  short: (value: Value) => string;
  /** With its sign: what was added or lost. */
  change: (value: Value) => string;
}

const NONE = "—";
const SHARE_MAX = 1;

/**
 * How values of a unit are written. A ratio up to one is a share; above that it is how many to one. Which of the two it is
 * follows from all the values that stand `among` each other, so that they can be compared.
 */
export function useValueFormat(
  unit: MetricUnit | null | undefined,
  among: readonly Value[] = [],
): ValueFormat {
  const n = useNumberFormat();
  const currency = useCurrency();
  const isTimes = among.some((value) => value != null && Math.abs(value) > SHARE_MAX);
  const decimals = (value: number) =>
    Number.isInteger(value) ? n.whole(value) : String(Math.round(value * 100) / 100);
  const say = (value: number, isShort: boolean): string => {
    if (unit === "money_fen") {
      const fen = Math.round(value);
      return isShort ? n.moneyShort(fen, currency) : n.money(fen, currency);
    }
    if (unit === "count" || unit === "people") {
      return isShort ? n.wholeShort(value) : n.whole(Math.round(value));
    }
    if (unit === "ratio") return isTimes || Math.abs(value) > SHARE_MAX ? decimals(value) : n.share(value);
    return decimals(value);
  };
  const or = (format: (value: number) => string) => (value: Value) =>
    value === null || value === undefined ? NONE : format(value);
  return {
    full: or((value) => say(value, false)),
    short: or((value) => say(value, true)),
    change: or((value) => `${value > 0 ? "+" : ""}${say(value, true)}`),
  };
}

/** By how much, of what was before; null where that says nothing. */
export function changeOf(after: number | null | undefined, before: number | null | undefined): number | null {
  if (after === null || after === undefined || !before) return null;
  return (after - before) / Math.abs(before);
}
