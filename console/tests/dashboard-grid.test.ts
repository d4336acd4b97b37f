import { describe, expect, it } from "vitest";
import { arranged, COLUMNS, free, newKey, stepped, within, type Placed } from "@/features/dashboards/grid";

const card = (key: string, x: number, y: number, w: number, h: number): Placed => ({
  key,
  place: { x, y, w, h },
});
const where = (cards: readonly Placed[]) =>
  Object.fromEntries(cards.map(({ key, place: { x, y, w, h } }) => [key, [x, y, w, h]]));

const overlaps = (one: Placed["place"], other: Placed["place"]) =>
  one.x < other.x + other.w &&
  other.x < one.x + one.w &&
  one.y < other.y + other.h &&
  other.y < one.y + one.h;

function check(cards: readonly Placed[]) {
  cards.forEach((one, n) => {
    expect(one.place.x).toBeGreaterThanOrEqual(0);
    expect(one.place.x + one.place.w).toBeLessThanOrEqual(COLUMNS);
    expect(Number.isInteger(one.place.y)).toBe(true);
    cards.slice(n + 1).forEach((other) => expect(overlaps(one.place, other.place)).toBe(false));
  });
}

describe("the grid of a dashboard", () => {
  const cards = [card("a", 0, 0, 6, 4), card("b", 6, 0, 6, 2), card("c", 0, 4, 12, 2)];

  it("leaves no gap above a card", () => {
    expect(where(arranged([card("a", 0, 3, 6, 2), card("b", 6, 9, 6, 2)]))).toEqual({
      a: [0, 0, 6, 2],
      b: [6, 0, 6, 2],
    });
  });

  it("changes places with the neighbour below and above", () => {
    const down = stepped(cards, "a", "down");
    expect(where(down)).toEqual({ b: [6, 0, 6, 2], c: [0, 2, 12, 2], a: [0, 4, 6, 4] });
    expect(where(stepped(down, "a", "up"))).toEqual({ a: [0, 0, 6, 4], b: [6, 0, 6, 2], c: [0, 4, 12, 2] });
    expect(where(stepped(cards, "c", "down"))).toEqual(where(cards));
  });

  it("pushes others down where a card goes sideways or grows", () => {
    expect(where(stepped(cards, "b", "left")).b?.[0]).toBe(5);
    expect(where(stepped(cards, "b", "right"))).toEqual(where(cards));
    expect(where(stepped(cards, "a", "wider")).a).toEqual([0, 0, 7, 4]);
    for (const step of ["left", "right", "up", "down", "wider", "narrower", "higher", "lower"] as const) {
      for (const { key } of cards) check(stepped(cards, key, step));
    }
  });

  it("goes where it was dragged, as near as that comes", () => {
    const dragged = arranged(cards, { key: "c", place: { x: 0, y: -0.5, w: 12, h: 2 } });
    expect(where(dragged).c).toEqual([0, 0, 12, 2]);
    check(dragged);
  });

  it("keeps a card within its bounds", () => {
    expect(within({ x: 11, y: 0, w: 20, h: 40 })).toEqual({ x: 0, y: 0, w: 12, h: 12 });
    expect(within({ x: -3, y: 0, w: 0, h: 0 })).toEqual({ x: 0, y: 0, w: 2, h: 1 });
  });

  it("finds room and a key for a new card", () => {
    expect(free(cards, 6, 4)).toEqual({ x: 0, y: 6, w: 6, h: 4 });
    expect(newKey([card("card_2", 0, 0, 6, 1)])).toBe("card_3");
  });
});
