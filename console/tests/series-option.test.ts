import { describe, expect, it } from "vitest";
import { seriesOption } from "@/shared/metrics/series-option";
import { lightColours as colours } from "@/shared/theme/tokens";

const format = { full: String, short: String, change: String };

/** What is drawn: for each series its dashes and its values. */
const drawn = (isPartial: boolean) => {
  const now = { name: "now", colour: "#000", values: [1, 2, 3] };
  const before = { name: "before", colour: "#999", values: [3, 2, 1], isDashed: true };
  const { series } = seriesOption(["a", "b", "c"], [now, before], {
    isPartial,
    format,
    colours,
    labelOf: (day) => day,
  }) as { series: { lineStyle: { type: string }; data: (number | null)[] }[] };
  return series.map(({ lineStyle, data }) => [lineStyle.type, data]);
};

describe("a line whose last period", () => {
  it("is over is one line", () => {
    expect(drawn(false)).toEqual([
      ["solid", [1, 2, 3]],
      ["dashed", [3, 2, 1]],
    ]);
  });

  it("is not over is dotted to its end; what it is compared with is over", () => {
    expect(drawn(true)).toEqual([
      ["solid", [1, 2, null]],
      ["dotted", [null, 2, 3]],
      ["dashed", [3, 2, 1]],
    ]);
  });
});
