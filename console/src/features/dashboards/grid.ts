/** Where a card lies, in columns and rows. */
export interface Place {
  x: number;
  y: number;
  w: number;
  h: number;
}

export interface Placed {
  key: string;
  place: Place;
}

export const COLUMNS = 12;
export const WIDTH_MIN = 2;
export const HEIGHT_MAX = 12;

const clamp = (value: number, least: number, most: number) => Math.min(Math.max(value, least), most);

const overlapX = (one: Place, other: Place) => one.x < other.x + other.w && other.x < one.x + one.w;
const overlaps = (one: Place, other: Place) =>
  overlapX(one, other) && one.y < other.y + other.h && other.y < one.y + one.h;

/** Within the grid: no wider than it, no lower than a card may be. */
export function within({ x, y, w, h }: Place): Place {
  const width = clamp(Math.round(w), WIDTH_MIN, COLUMNS);
  return { x: clamp(Math.round(x), 0, COLUMNS - width), y, w: width, h: clamp(Math.round(h), 1, HEIGHT_MAX) };
}

/**
 * All cards without gaps above them: in the order of their tops each falls upwards until it meets another. `moved` is
 * where one of them is to go, as near as that comes; it comes before others that begin in the same row.
 */
export function arranged<Card extends Placed>(cards: readonly Card[], moved?: Placed): Card[] {
  const wanted = cards.map((card) =>
    card.key === moved?.key ? { ...card, place: within(moved.place) } : card,
  );
  const top = (card: Card) => card.place.y - (card.key === moved?.key ? 0.01 : 0);
  const order = [...wanted].sort((a, b) => top(a) - top(b) || a.place.x - b.place.x);
  const settled: Card[] = [];
  for (const card of order) {
    let y = 0;
    for (;;) {
      const place = { ...card.place, y };
      const hit = settled.filter((other) => overlaps(place, other.place));
      if (hit.length === 0) break;
      y = Math.min(...hit.map(({ place: { y: top, h } }) => top + h));
    }
    settled.push({ ...card, place: { ...card.place, y } });
  }
  return settled.sort((a, b) => a.place.y - b.place.y || a.place.x - b.place.x);
}

export type Step = "left" | "right" | "up" | "down" | "wider" | "narrower" | "higher" | "lower";

/** One card moved or resized by one step: up and down change places with its neighbour. */
export function stepped<Card extends Placed>(cards: readonly Card[], key: string, step: Step): Card[] {
  const card = cards.find((each) => each.key === key);
  if (!card) return [...cards];
  const { place } = card;
  const beside = cards.filter((each) => each.key !== key && overlapX(each.place, place));
  const above = beside.filter((each) => each.place.y < place.y).sort((a, b) => b.place.y - a.place.y)[0];
  const below = beside.filter((each) => each.place.y > place.y).sort((a, b) => a.place.y - b.place.y)[0];
  const next: Record<Step, Place> = {
    left: { ...place, x: place.x - 1 },
    right: { ...place, x: place.x + 1 },
    up: above ? { ...place, y: above.place.y - 0.5 } : place,
    down: below ? { ...place, y: below.place.y + 0.5 } : place,
    wider: { ...place, w: place.w + 1 },
    narrower: { ...place, w: place.w - 1 },
    higher: { ...place, h: place.h - 1 },
    lower: { ...place, h: place.h + 1 },
  };
  return arranged(cards, { key, place: next[step] });
}

/** Below all others. */
export function free(cards: readonly Placed[], w: number, h: number): Place {
  return { x: 0, y: Math.max(0, ...cards.map(({ place }) => place.y + place.h)), w, h };
}

/** A key that no card has yet. */
export function newKey(cards: readonly Placed[]): string {
  const taken = new Set(cards.map(({ key }) => key));
  let n = cards.length + 1;
  while (taken.has(`card_${n}`)) n += 1;
  return `card_${n}`;
}
