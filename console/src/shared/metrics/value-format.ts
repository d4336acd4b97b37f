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
 * Whether a ratio is how many to one, and not a share. It follows from most of the values that stand `among` each other, so that
 * they can be compared: in a week a share may well come to more than all, as when buyers were met the week before.
 */
export function isTimes(among: readonly Value[]): boolean {
  const known = among.filter((value) => value != null && value !== 0);
  return known.filter((value) => value != null && Math.abs(value) > SHARE_MAX).length * 2 > known.length;
}

/** How values of a unit are written. */
export function useValueFormat(
  unit: MetricUnit | null | undefined,
  among: readonly Value[] = [],
): ValueFormat {
  const n = useNumberFormat();
  const currency = useCurrency();
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
    if (unit === "ratio") return isTimes(among.length ? among : [value]) ? decimals(value) : n.share(value);
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
