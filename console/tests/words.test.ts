import { describe, expect, it } from "vitest";
import { ApiError } from "@/api/client";
import { errorTexts, explain } from "@/shared/ui/error-texts";
import { initials } from "@/shared/ui/person-avatar";
import { numberFormat } from "@/shared/format/number-format";
import { businessDay, timeFormat } from "@/shared/format/time-format";
import { counted } from "@/shared/i18n/counted";
import { plainName } from "@/shared/i18n/vocabulary";
import { durationText, inLargestUnit } from "@/features/journeys/duration";
import { nodeTexts } from "@/features/journeys/node-texts";

describe("numbers", () => {
  it("writes money from whole fen, exactly", () => {
    expect(numberFormat("zh").money(250031563, "CNY")).toBe("¥2,500,315.63");
    expect(numberFormat("en").money(5, "USD")).toBe("$0.05");
  });

  it("shortens large money the way each language counts", () => {
    expect(numberFormat("zh").moneyShort(250031563, "CNY")).toBe("¥250.03万");
    expect(numberFormat("zh").moneyShort(991800, "CNY")).toBe("¥9,918");
    expect(numberFormat("en").moneyShort(250031563, "USD")).toBe("$2.5M");
  });

  it("gives shares one digit", () => {
    expect(numberFormat("zh").share(0.42449)).toBe("42.4%");
  });
});

describe("times", () => {
  const now = new Date("2026-06-01T04:00:00Z");

  it("counts days in the business's time zone", () => {
    expect(businessDay("2026-05-31T15:59:59Z")).toBe("2026-05-31");
    expect(businessDay("2026-05-31T16:00:00Z")).toBe("2026-06-01");
    expect(timeFormat("zh").clock("2026-05-31T16:05:00Z")).toBe("00:05");
  });

  it("says how long ago, and after a month the day", () => {
    const { ago } = timeFormat("zh");
    expect(ago("2026-06-01T03:59:40Z", now)).toBe("刚刚");
    expect(ago("2026-06-01T01:00:00Z", now)).toBe("3小时前");
    expect(ago("2026-05-30T03:00:00Z", now)).toBe("前天");
    expect(ago("2026-03-05T04:00:00Z", now)).toBe("3月5日");
    expect(ago("2025-03-05T04:00:00Z", now)).toBe("2025年3月5日");
  });

  it("names months", () => {
    expect(timeFormat("en").month("2026-03", true)).toBe("Mar 2026");
    expect(timeFormat("zh").month("2026-03", false)).toBe("3月");
  });
});

describe("names", () => {
  it("calls one thing otherwise than several", () => {
    expect([0, 1, "1", "1,001"].map((n) => counted(n, "order"))).toEqual([
      "0 orders",
      "1 order",
      "1 order",
      "1,001 orders",
    ]);
    expect(counted(2, "person", "people")).toBe("2 people");
  });

  it("takes the given name of a Chinese name and the letters of another", () => {
    expect(initials("欧阳若溪")).toBe("若溪");
    expect(initials("安老师")).toBe("安");
    expect(initials("老师")).toBe("老师");
    expect(initials("Ada Lovelace")).toBe("AL");
    expect(initials("anon_x81…")).toBe("AX");
    expect(initials("…")).toBe("?");
  });

  it("knows an event however its sender spells it", () => {
    expect(plainName("Order Completed")).toBe("order_completed");
    expect(plainName("orderCompleted")).toBe("order_completed");
    expect(plainName("order-completed")).toBe("order_completed");
  });
});

describe("durations", () => {
  it("uses the largest unit that is whole", () => {
    expect(inLargestUnit(4320)).toEqual({ amount: 3, unit: "days" });
    expect(inLargestUnit(120)).toEqual({ amount: 2, unit: "hours" });
    expect(inLargestUnit(90)).toEqual({ amount: 90, unit: "minutes" });
    expect(inLargestUnit(0)).toEqual({ amount: 0, unit: "minutes" });
    expect(durationText(1440, nodeTexts.en)).toBe("1 day");
    expect(durationText(4320, nodeTexts.zh)).toBe("3 天");
  });
});

describe("refusals", () => {
  const refusal = (status: number, code: string, message: string) => new ApiError(status, code, message, {});

  it("are said in words of their own, and else by their kind", () => {
    const { zh, en } = errorTexts;
    expect(explain(refusal(409, "no_coupon", "?"), zh)).toContain("没有券码可发");
    expect(explain(refusal(404, "unknown_pool", "?"), zh)).toContain("没有找到");
    expect(explain(refusal(422, "nobody_knows", "?"), en)).toBe("Something went wrong: ?");
  });

  it("of what was filled in say in English what the server says of the case", () => {
    const bad = refusal(422, "bad_cost", "This cost cannot be kept. A source has a name.");
    expect(explain(bad, errorTexts.zh)).toContain("成本");
    expect(explain(bad, errorTexts.en)).toBe(bad.message);
  });
});
