import { later } from "@/shared/ui/later";
import { Skeleton } from "@/shared/ui/skeleton";
import type { JourneyCanvasProps } from "./journey-canvas";

/** The canvas, fetched when a page shows one. */
export const LazyCanvas = later<JourneyCanvasProps>(
  async () => (await import("./journey-canvas")).JourneyCanvas,
  () => <Skeleton height="100%" />,
);
