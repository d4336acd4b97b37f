import { useLanguage, type Language } from "@/shared/i18n/language-context";

const locale = (language: Language) => (language === "zh" ? "zh-CN" : "en-US");

export interface NumberFormat {
  whole: (value: number) => string;
  /** `12.3%`; one digit, because more would pretend. */
  share: (value: number) => string;
  /** Exact: `¥1,234.50`. */
  money: (fen: number, currency: string) => string;
  /** Short, for cards and axes: `¥250.03万`, `$2.5M`. */
  moneyShort: (fen: number, currency: string) => string;
  wholeShort: (value: number) => string;
}

function makeFormat(language: Language): NumberFormat {
  const at = locale(language);
  const whole = new Intl.NumberFormat(at, { maximumFractionDigits: 0 });
  const wholeShort = new Intl.NumberFormat(at, {
    notation: "compact",
    maximumFractionDigits: 1,
    useGrouping: "always",
  });
  const share = new Intl.NumberFormat(at, { style: "percent", maximumFractionDigits: 1 });
  const made = new Map<string, Intl.NumberFormat>();
  const currencyFormat = (currency: string, short: boolean) => {
    const key = `${currency}:${short}`;
    let format = made.get(key);
    if (!format) {
      format = new Intl.NumberFormat(at, {
        style: "currency",
        currency,
        currencyDisplay: "narrowSymbol",
        ...(short ? { notation: "compact", maximumFractionDigits: 2, useGrouping: "always" as const } : {}),
      });
      made.set(key, format);
    }
    return format;
  };
  return {
    whole: (value) => whole.format(value),
    wholeShort: (value) => wholeShort.format(value),
    share: (value) => share.format(value),
    money: (fen, currency) => currencyFormat(currency, false).format(fen / 100),
    moneyShort: (fen, currency) => currencyFormat(currency, true).format(fen / 100),
  };
}

const formats: Record<Language, NumberFormat> = { zh: makeFormat("zh"), en: makeFormat("en") };

export const numberFormat = (language: Language): NumberFormat => formats[language];

export function useNumberFormat(): NumberFormat {
  return formats[useLanguage().language];
}
