import { describe, expect, it } from "vitest";
import { isTimes } from "@/shared/metrics/value-format";

describe("a ratio", () => {
  it("is a share though one week brought more than all", () => {
    expect(isTimes([0.5, 0.4, 1.2, 0.6, null])).toBe(false);
    expect(isTimes([0, 0, 1.5])).toBe(true);
    expect(isTimes([1.3, 1.5, 1])).toBe(true);
    expect(isTimes([undefined])).toBe(false);
  });
});
