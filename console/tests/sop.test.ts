import { describe, expect, it } from "vitest";
import type { JourneyDocument, JourneyNode } from "@/api/journey-document";
import { emptyDocument, shapeFaults } from "@/features/journeys/journey-draft";
import {
  addAct,
  addTime,
  keysIn,
  moveAct,
  moveSlot,
  readSop,
  removeAct,
  type SopSlot,
} from "@/features/journeys/sop/sop";

const act = (key: string): JourneyNode => ({
  key,
  name: null,
  kind: "tag",
  add: [1],
  remove: [],
  next: null,
});
const make = (key: string) => act(key);

const at = (key: string, day: number, time: string, next: string | null): JourneyNode => ({
  key,
  name: null,
  kind: "wait_until",
  day,
  at: time,
  weekdays: [],
  next,
});

const line = (...nodes: JourneyNode[]): JourneyDocument => ({
  ...emptyDocument("customer"),
  nodes,
  start: nodes[0]?.key ?? "",
});

/** A plan of days without its keys: what is said of it, day by day. */
const told = (document: JourneyDocument) =>
  slots(document).map(({ when, day, items }) => [
    when.kind === "day" ? `${when.day} ${when.at}` : when.kind,
    day,
    items.map(({ node }) => node.key).join(" "),
  ]);

function slots(document: JourneyDocument): SopSlot[] {
  expect(shapeFaults(document)).toEqual([]);
  const sop = readSop(document);
  if (sop.refusal !== null) throw new Error(sop.refusal);
  return sop.slots;
}

function slot(document: JourneyDocument, n: number): SopSlot {
  const found = slots(document)[n];
  if (!found) throw new Error(`there is no slot ${n}`);
  return found;
}

const plan = line(
  { ...act("hello"), next: "d1" } as JourneyNode,
  at("d1", 1, "09:00", "one"),
  { ...act("one"), next: "also" } as JourneyNode,
  { ...act("also"), next: "d3" } as JourneyNode,
  at("d3", 3, "20:00", "three"),
  act("three"),
);

describe("a journey as days and times", () => {
  it("is read from its waits", () => {
    expect(told(plan)).toEqual([
      ["start", 0, "hello"],
      ["1 09:00", 1, "one also"],
      ["3 20:00", 3, "three"],
    ]);
  });

  it("counts the days of waits that follow one another", () => {
    const after = (key: string, minutes: number, next: string): JourneyNode => ({
      key,
      name: null,
      kind: "wait",
      minutes,
      next,
    });
    const document = line(
      at("d2", 2, "09:00", "a"),
      { ...act("a"), next: "w1" } as JourneyNode,
      after("w1", 1000, "w2"),
      after("w2", 1000, "b"),
      act("b"),
    );
    expect(told(document).map(([, day]) => day)).toEqual([2, 2, 3]);
  });

  it("takes a new time to its place, and is made from nothing", () => {
    const grown = addTime(plan, 2, "08:00", "new", make);
    expect(told(grown.document).map(([when, , keys]) => `${when} ${keys}`)).toEqual([
      "start hello",
      "1 09:00 one also",
      "2 08:00 new_1",
      "3 20:00 three",
    ]);
    expect(told(addTime(plan, 9, "08:00", "new", make).document).at(-1)).toEqual(["9 08:00", 9, "new_1"]);
    expect(told(addTime(emptyDocument("group"), 0, "08:00", "new", make).document)).toEqual([
      ["0 08:00", 0, "new_1"],
    ]);
    expect(told(addTime(line(at("d1", 1, "09:00", "a"), act("a")), 0, "09:00", "b", make).document)).toEqual([
      ["0 09:00", 0, "b_1"],
      ["1 09:00", 1, "a"],
    ]);
  });

  it("takes one more thing into a slot", () => {
    expect(told(addAct(plan, slot(plan, 1), "new", make).document)[1]).toEqual([
      "1 09:00",
      1,
      "one also new_1",
    ]);
    expect(told(addAct(plan, slot(plan, 0), "new", make).document)[0]).toEqual(["start", 0, "hello new_1"]);
  });

  it("moves things between times, and drops a time without any", () => {
    expect(told(moveAct(plan, "three", slot(plan, 1)))).toEqual([
      ["start", 0, "hello"],
      ["1 09:00", 1, "one also three"],
    ]);
    expect(told(moveAct(plan, "one", slot(plan, 2)))[2]).toEqual(["3 20:00", 3, "three one"]);
    expect(told(removeAct(plan, "three"))).toHaveLength(2);
  });

  it("goes back to where it was", () => {
    const there = moveSlot(plan, slot(plan, 1), 5, "07:00");
    expect(told(there).map(([when]) => when)).toEqual(["start", "3 20:00", "5 07:00"]);
    const back = moveSlot(there, slot(there, 2), 1, "09:00");
    expect(told(back)).toEqual(told(plan));
  });

  it("shows ways that meet again as a lane", () => {
    const document = line(
      {
        key: "split",
        name: null,
        kind: "split",
        experiment_id: null,
        arms: [
          { key: "a", name: "A", weight: 1, next: "left" },
          { key: "b", name: "B", weight: 1, next: "d1" },
        ],
      },
      { ...act("left"), next: "d1" } as JourneyNode,
      at("d1", 1, "09:00", "both"),
      act("both"),
    );
    const [first, second] = slots(document);
    const lane = first?.items[0];
    expect(lane?.kind === "lane" && lane.ways.map((way) => way.slots.flatMap(keysIn))).toEqual([
      ["left"],
      [],
    ]);
    expect(second?.items.map(({ node }) => node.key)).toEqual(["both"]);
    const grown = addTime(document, 0, "12:00", "new", make).document;
    expect(told(grown).map(([when]) => when)).toEqual(["start", "0 12:00", "1 09:00"]);
  });

  it("refuses circles, and lanes that run into each other", () => {
    const circle = line({ ...act("a"), next: "b" } as JourneyNode, at("b", 1, "09:00", "a"));
    expect(readSop(circle)).toMatchObject({ refusal: "cycle", at: "a" });
    expect(readSop(emptyDocument("customer"))).toMatchObject({ refusal: "empty" });
  });
});
