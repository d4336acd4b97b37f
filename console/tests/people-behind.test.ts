import { describe, expect, it } from "vitest";
import {
  activeWithin,
  addedBy,
  buyersIn,
  metWithin,
  peopleWith,
  whoseMessage,
} from "@/shared/customers/people-behind";

describe("the people behind a number", () => {
  it("are those of a month to its last day", () => {
    expect(buyersIn("2024-02")).toMatchObject({
      window: { kind: "fixed", since_on: "2024-02-01", until_on: "2024-02-29" },
    });
    expect(buyersIn("2026-12")).toMatchObject({ window: { until_on: "2026-12-31" } });
  });

  it("are new by the first that was heard of them, and active by anything they did", () => {
    const window = { kind: "rolling", most: { amount: 30, unit: "day" } };
    expect(metWithin(30)).toMatchObject({ kind: "moment", event: "profile_created", which: "first", window });
    expect(activeWithin(30)).toEqual({ kind: "acted", window });
  });

  it("came by one code, ever or in some days", () => {
    const where = [{ property: "code_id", operator: "is", value: 7 }];
    expect(addedBy(7)).toEqual(expect.objectContaining({ event: "contact_added", where }));
    expect(addedBy(7)).not.toHaveProperty("window");
    expect(addedBy(7, "2026-05-01", "2026-05-07")).toMatchObject({
      window: { since_on: "2026-05-01", until_on: "2026-05-07" },
    });
  });

  it("have a message of this version in this state; what arrived is not counted as sent as well", () => {
    const where = [
      { property: "definition_id", operator: "is", value: 3 },
      { property: "version", operator: "is", value: 2 },
    ];
    expect(whoseMessage("failed", 3, 2)).toMatchObject({ event: "message_failed", value: 1, where });
    expect(whoseMessage("sent", 3, 2)).toMatchObject({
      of: [
        { event: "message_sent", operator: "at_least", value: 1 },
        { event: "message_delivered", operator: "exactly", value: 0 },
      ],
    });
    expect(whoseMessage("sending", 3, 2)).toBeNull();
  });

  it("stand in the address of their list", () => {
    const { searchParams } = new URL(peopleWith(addedBy(7), "orders"), "http://siyu");
    expect(JSON.parse(searchParams.get("where") ?? "")).toEqual(addedBy(7));
    expect(searchParams.get("sort")).toBe("orders");
  });
});
