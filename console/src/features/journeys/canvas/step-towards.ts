import type { Places } from "./layout";

export type Direction = "up" | "down" | "left" | "right";

/** The nearest in a direction: what lies straight ahead before what lies beside. */
export function stepTowards(places: Places, from: string, direction: Direction): string | null {
  const start = places.get(from);
  if (!start) return null;
  let best: { id: string; far: number } | null = null;
  for (const [id, { x, y }] of places) {
    if (id === from || id.startsWith("@end")) continue;
    const isUpright = direction === "up" || direction === "down";
    const ahead =
      (isUpright ? y - start.y : x - start.x) * (direction === "up" || direction === "left" ? -1 : 1);
    if (ahead <= 0) continue;
    const aside = Math.abs(isUpright ? x - start.x : y - start.y);
    const far = ahead + 2 * aside;
    if (!best || far < best.far) best = { id, far };
  }
  return best?.id ?? null;
}
