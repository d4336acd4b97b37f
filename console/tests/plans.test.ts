import { describe, expect, it } from "vitest";
import { daysBetween, elapsed, moved, weeksOf } from "@/features/plans/days";
import { maskedName, maskedText } from "@/features/reviews/masking";

describe("days of plans", () => {
  it("are moved over ends of months and years", () => {
    expect(moved("2026-02-28", 1)).toBe("2026-03-01");
    expect(moved("2026-01-01", -1)).toBe("2025-12-31");
    expect(daysBetween("2026-03-01", "2026-04-01")).toBe(31);
  });

  it("tell which part of them is over", () => {
    expect(elapsed("2026-03-01", "2026-03-10", "2026-02-20")).toBe(0);
    expect(elapsed("2026-03-01", "2026-03-10", "2026-03-05")).toBe(0.5);
    expect(elapsed("2026-03-01", "2026-03-10", "2026-04-01")).toBe(1);
  });

  it("make whole weeks of a month, Monday first", () => {
    const weeks = weeksOf(2026, 11);
    expect(weeks[0]?.[0]).toBe("2026-10-26");
    expect(weeks.at(-1)?.[6]).toBe("2026-12-06");
    expect(weeks).toHaveLength(6);
    expect(weeksOf(2026, 2)).toHaveLength(5);
  });
});

describe("what a picture to share tells of people", () => {
  it("is the beginning of a name", () => {
    expect(maskedName("张小满")).toBe("张*");
    expect(maskedName("Mary Ann")).toBe("M* A*");
  });

  it("is no phone number, and no name within a text", () => {
    expect(maskedText("请唐小满回访 13812345678", ["唐小满"])).toBe("请唐*回访 138****5678");
    expect(maskedText("订单 2026031300138123456789", [])).toBe("订单 2026031300138123456789");
  });
});
