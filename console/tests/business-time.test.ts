import { expect, it } from "vitest";
import { instantOf, localOf } from "@/shared/format/business-time";

it("goes between instants and the clock of the business", () => {
  expect(localOf("2026-03-05T06:02:30Z")).toBe("2026-03-05T14:02");
  expect(instantOf("2026-03-05T14:02")).toBe("2026-03-05T06:02:00.000Z");
  expect([localOf(null), instantOf("")]).toEqual(["", null]);
});

it("knows the summer time of other zones", () => {
  expect(instantOf("2026-07-01T12:00", "Europe/Berlin")).toBe("2026-07-01T10:00:00.000Z");
  expect(instantOf("2026-10-25T12:00", "Europe/Berlin")).toBe("2026-10-25T11:00:00.000Z");
  expect(instantOf("2026-03-29T02:30", "Europe/Berlin")).toBe("2026-03-29T01:30:00.000Z");
});
