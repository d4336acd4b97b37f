import type { Route, Spotted } from "./layout";

export const CORNER = 10;

/** One step down with a jog half-way: upright, level, upright, with round corners. */
function leg(from: Spotted, to: Spotted): string {
  const aside = to.x - from.x;
  const down = to.y - from.y;
  const round = Math.min(CORNER, Math.abs(aside) / 2, Math.abs(down) / 2);
  if (round < 1) return `L ${to.x} ${to.y}`;
  const level = from.y + down / 2;
  const along = Math.sign(aside) * round;
  const upright = Math.sign(down) * round;
  return [
    `L ${from.x} ${level - upright}`,
    `Q ${from.x} ${level} ${from.x + along} ${level}`,
    `L ${to.x - along} ${level}`,
    `Q ${to.x} ${level} ${to.x} ${level + upright}`,
    `L ${to.x} ${to.y}`,
  ].join(" ");
}

/** The path of a way by the points that the layout keeps free for it, and where its name stands. */
export function routedPath(from: Spotted, { points, label }: Route, to: Spotted): [string, number, number] {
  const stops = [from, ...points, to];
  const legs = stops.slice(1).map((stop, index) => leg(stops[index] ?? from, stop));
  return [`M ${from.x} ${from.y} ${legs.join(" ")}`, label.x, label.y];
}
