// Times as a phone shows them, in the time of the brand's city.

import { language, t } from "./words.js";

const ZONE = "Asia/Shanghai";
const locale = language === "zh" ? "zh-CN" : "en-GB";
const clock = new Intl.DateTimeFormat(locale, { timeZone: ZONE, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const date = new Intl.DateTimeFormat(locale, { timeZone: ZONE, month: "numeric", day: "numeric" });
const whole = new Intl.DateTimeFormat(locale, { timeZone: ZONE, year: "numeric", month: "numeric", day: "numeric" });
const DAY = 86400;
const dayOf = (seconds) => Math.floor((seconds + 8 * 3600) / DAY);

export const hour = (seconds) => clock.format(new Date(seconds * 1000));
export const day = (seconds) => whole.format(new Date(seconds * 1000));

/** A time beside a chat: the hour of today, yesterday, or the day. */
export function brief(seconds, now) {
  const days = dayOf(now) - dayOf(seconds);
  if (days <= 0) return hour(seconds);
  return days === 1 ? t("yesterday") : date.format(new Date(seconds * 1000));
}

/** A time within a chat. */
export function full(seconds, now) {
  const days = dayOf(now) - dayOf(seconds);
  return days <= 0 ? hour(seconds) : `${brief(seconds, now)} ${hour(seconds)}`;
}
