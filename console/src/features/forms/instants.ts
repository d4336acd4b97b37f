import { BUSINESS_TIME_ZONE } from "@/shared/format/time-format";

const OFFSET = "+08:00";
const DIGITS = new Intl.DateTimeFormat("sv-SE", {
  timeZone: BUSINESS_TIME_ZONE,
  dateStyle: "short",
  timeStyle: "short",
});

/** `2026-03-05T14:02` in the time zone of the business, as a field of a page takes it; empty for none. */
export const localOf = (at: string | null) => (at ? DIGITS.format(new Date(at)).replace(" ", "T") : "");

/** The instant of such a text; null for none. */
export const instantOf = (local: string) => (local ? `${local.slice(0, 16)}:00${OFFSET}` : null);
