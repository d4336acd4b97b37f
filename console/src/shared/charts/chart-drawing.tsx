import { BarChart, LineChart, type BarSeriesOption, type LineSeriesOption } from "echarts/charts";
import {
  GridComponent,
  MarkLineComponent,
  TooltipComponent,
  type GridComponentOption,
  type MarkLineComponentOption,
  type TooltipComponentOption,
} from "echarts/components";
import { init, use as register, type ComposeOption, type EChartsType } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { useEffect, useRef } from "react";

register([BarChart, LineChart, GridComponent, MarkLineComponent, TooltipComponent, SVGRenderer]);

export type ChartOption = ComposeOption<
  BarSeriesOption | LineSeriesOption | GridComponentOption | MarkLineComponentOption | TooltipComponentOption
>;

export function ChartDrawing({
  label,
  option,
  height,
  onPick,
}: {
  label: string;
  option: ChartOption;
  height: number;
  onPick?: ((index: number) => void) | undefined;
}) {
  const holder = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType>(null);

  useEffect(() => {
    const element = holder.current;
    if (!element) return;
    const drawn = init(element, undefined, { renderer: "svg" });
    chart.current = drawn;
    const observer = new ResizeObserver(() => drawn.resize());
    observer.observe(element);
    return () => {
      observer.disconnect();
      drawn.dispose();
      chart.current = null;
    };
  }, []);

  useEffect(() => {
    chart.current?.setOption({ ...option, animation: false }, { notMerge: true });
  }, [option]);

  useEffect(() => {
    const drawn = chart.current;
    if (!drawn || !onPick) return;
    const surface = drawn.getZr();
    const pick = ({ offsetX, offsetY }: { offsetX: number; offsetY: number }) => {
      const place: [number, number] = [offsetX, offsetY];
      if (drawn.containPixel("grid", place))
        onPick(drawn.convertFromPixel({ seriesIndex: 0 }, place)[0] ?? 0);
    };
    surface.on("click", pick);
    return () => surface.off("click", pick);
  }, [onPick]);

  return (
    <div
      ref={holder}
      role="img"
      aria-label={label}
      style={{ height, width: "100%", cursor: onPick ? "pointer" : undefined }}
    />
  );
}
