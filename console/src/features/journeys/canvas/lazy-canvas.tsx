import { lazy, Suspense } from "react";
import { Skeleton } from "@/shared/ui/skeleton";
import type { JourneyCanvasProps } from "./journey-canvas";

const JourneyCanvas = lazy(() => import("./journey-canvas"));

/** The canvas, fetched when a page shows one. */
export function LazyCanvas(props: JourneyCanvasProps) {
  return (
    <Suspense fallback={<Skeleton height="100%" />}>
      <JourneyCanvas {...props} />
    </Suspense>
  );
}
