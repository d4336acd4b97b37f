import { lazy, Suspense } from "react";
import { Skeleton } from "@/shared/ui/skeleton";
import type { ChartOption } from "./chart-drawing";

const load = async () => ({ default: (await import("./chart-drawing")).ChartDrawing });
const ChartDrawing = lazy(load);

/** Fetches the library while the figures are still on their way; a failure shows when the chart is drawn. */
export function expectChart() {
  load().catch(() => undefined);
}

interface ChartProps {
  /** What the picture shows, in words, for those who do not see it. */
  label: string;
  option: ChartOption;
  height: number;
  /** What to do where somebody clicks on the place of a category. */
  onPick?: ((index: number) => void) | undefined;
}

/** A chart; its library comes only with the first one shown. */
export function Chart(props: ChartProps) {
  return (
    <Suspense fallback={<Skeleton height={props.height} />}>
      <ChartDrawing {...props} />
    </Suspense>
  );
}
