import { createContext, useContext } from "react";
import type { Segment } from "@/api/types";

export const SegmentContext = createContext<Segment | null>(null);

/** The segment that the page is about, for the pages within it. */
export function useSegment(): Segment {
  const segment = useContext(SegmentContext);
  if (!segment) throw new Error("only within a segment's page");
  return segment;
}
