import type { Overlap } from "@/api/types";

export interface Part {
  names: string[];
  count: number;
  /** Of more than one segment. */
  isShared: boolean;
}

/** The combinations that have somebody, the largest first. */
export function partsOf(overlap: Overlap): Part[] {
  const nameOf = new Map(overlap.segments.map(({ segment_id: id, name }) => [id, name]));
  return overlap.parts
    .filter(({ count }) => count > 0)
    .map(({ in: ids, count }) => ({
      names: ids.map((id) => nameOf.get(id) ?? `#${id}`),
      count,
      isShared: ids.length > 1,
    }))
    .sort((one, other) => other.count - one.count);
}
