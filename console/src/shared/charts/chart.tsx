import { later } from "@/shared/ui/later";
import { Skeleton } from "@/shared/ui/skeleton";
import type { ChartOption } from "./chart-drawing";

const IDLE_MS_MAX = 500;

/** When the browser has nothing more urgent to do: what a page says in words stands before its pictures are fetched. */
const whenIdle = () =>
  new Promise<void>((resolve) => {
    // Safari does not tell.
    if ("requestIdleCallback" in window) requestIdleCallback(() => resolve(), { timeout: IDLE_MS_MAX });
    else setTimeout(resolve);
  });

interface ChartProps {
  /** What the picture shows, in words, for those who do not see it. */
  label: string;
  option: ChartOption;
  height: number;
  /** What to do where somebody clicks on the place of a category. */
  onPick?: ((index: number) => void) | undefined;
}

/** A chart; its library comes only with the first one shown, or expected. */
export const Chart = later<ChartProps>(
  async () => {
    await whenIdle();
    return (await import("./chart-drawing")).ChartDrawing;
  },
  ({ height }) => <Skeleton height={height} />,
);
