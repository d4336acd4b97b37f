import { useLanguage, type Language } from "@/shared/i18n/language-context";
import { presentTime } from "./present";

/** Days and hours are those of the business, wherever the reader sits. */
export const BUSINESS_TIME_ZONE = document.documentElement.dataset.timeZone ?? "Asia/Shanghai";

export interface TimeFormat {
  /** `2026年3月5日 14:02` */
  full: (at: string) => string;
  /** `3月5日`, with the year when it is not this one. */
  day: (at: string, now?: Date) => string;
  /** `14:02` */
  clock: (at: string) => string;
  /** `3 小时前`; a day once it is more than a month ago. */
  ago: (at: string, now?: Date) => string;
  /** `2026-03` → `3月` or `2026年3月`. */
  month: (month: string, withYear: boolean) => string;
}

const STEPS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

function makeFormat(language: Language): TimeFormat {
  const at = language === "zh" ? "zh-CN" : "en-GB";
  const make = (options: Intl.DateTimeFormatOptions, timeZone = BUSINESS_TIME_ZONE) =>
    new Intl.DateTimeFormat(at, { timeZone, ...options });
  const full = make({ year: "numeric", month: "short", day: "numeric", hour: "2-digit", minute: "2-digit" });
  const day = make({ month: "short", day: "numeric" });
  const dayOfYear = make({ year: "numeric", month: "short", day: "numeric" });
  const year = make({ year: "numeric" });
  const clock = make({ hour: "2-digit", minute: "2-digit", hour12: false });
  const month = make({ month: "short" }, "UTC");
  const monthOfYear = make({ year: "numeric", month: "short" }, "UTC");
  const relative = new Intl.RelativeTimeFormat(at, {
    numeric: "auto",
    style: language === "zh" ? "long" : "short",
  });
  const dayText = (value: string, now = presentTime()) => {
    const then = new Date(value);
    return (year.format(then) === year.format(now) ? day : dayOfYear).format(then);
  };
  return {
    full: (value) => full.format(new Date(value)),
    day: dayText,
    clock: (value) => clock.format(new Date(value)),
    ago: (value, now = presentTime()) => {
      const seconds = (new Date(value).getTime() - now.getTime()) / 1000;
      if (Math.abs(seconds) > 30 * 86_400) return dayText(value, now);
      for (const [unit, size] of STEPS) {
        if (Math.abs(seconds) >= size) return relative.format(Math.trunc(seconds / size), unit);
      }
      return language === "zh" ? "刚刚" : relative.format(0, "second");
    },
    month: (value, withYear) => (withYear ? monthOfYear : month).format(new Date(`${value}-01T00:00:00Z`)),
  };
}

const formats: Record<Language, TimeFormat> = { zh: makeFormat("zh"), en: makeFormat("en") };

export const timeFormat = (language: Language): TimeFormat => formats[language];

export function useTimeFormat(): TimeFormat {
  return formats[useLanguage().language];
}

const dayKey = new Intl.DateTimeFormat("en-CA", { timeZone: BUSINESS_TIME_ZONE });

/** `2026-03-05`: the business day on which something happened, to group by. */
export const businessDay = (at: string) => dayKey.format(new Date(at));
