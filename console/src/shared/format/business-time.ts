import { BUSINESS_TIME_ZONE } from "./time-format";

const MINUTE_MS = 60_000;

const makeDigits = (timeZone: string) =>
  new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "short" });
const business = makeDigits(BUSINESS_TIME_ZONE);

const written = (at: number, digits: Intl.DateTimeFormat) => digits.format(new Date(at)).replace(" ", "T");

/** `2026-03-05T14:02` by the clock of the business, as a field of a page takes it; empty for none. */
export const localOf = (at: string | null, digits = business) =>
  at ? written(new Date(at).getTime(), digits) : "";

/** The instant of such a text; null for none. Of an hour that the clock leaps over it is the one after. */
export function instantOf(local: string, timeZone = BUSINESS_TIME_ZONE): string | null {
  if (!local) return null;
  const digits = timeZone === BUSINESS_TIME_ZONE ? business : makeDigits(timeZone);
  const asked = Date.parse(`${local.slice(0, 16)}:00Z`);
  const behind = (at: number) =>
    Date.parse(`${written(at, digits)}:00Z`) - Math.floor(at / MINUTE_MS) * MINUTE_MS;
  // The distance to Greenwich is that of the instant itself, which is known only with it.
  const near = asked - behind(asked);
  return new Date(asked - behind(near)).toISOString();
}
