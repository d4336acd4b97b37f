import type { PathsNumbers } from "@/api/types";

export interface Box {
  step: number;
  name: string;
  goes: number;
  ended: number;
  x: number;
  y: number;
  height: number;
}

export interface Ribbon {
  step: number;
  from: string;
  to: string;
  goes: number;
  d: string;
  width: number;
}

export const COLUMN = 190;
export const BOX = 14;
const GAP = 30;
const TOP = 22;
const FLOW_HEIGHT = 260;

/** Places every node in the column of its step, and draws every flow between them as wide as it is. */
export function layout(numbers: PathsNumbers): {
  boxes: Box[];
  ribbons: Ribbon[];
  width: number;
  height: number;
} {
  const scale = numbers.goes > 0 ? FLOW_HEIGHT / numbers.goes : 0;
  const boxes: Box[] = [];
  const below = new Map<number, number>();
  for (const node of numbers.nodes) {
    const y = below.get(node.step) ?? TOP;
    const height = Math.max(node.goes * scale, 2);
    boxes.push({ ...node, x: node.step * COLUMN, y, height });
    below.set(node.step, y + height + GAP);
  }
  const at = new Map(boxes.map((box) => [`${box.step}:${box.name}`, box]));
  const out = new Map<Box, number>();
  const into = new Map<Box, number>();
  const ribbons: Ribbon[] = [];
  for (const flow of numbers.flows) {
    const from = at.get(`${flow.step}:${flow.name}`);
    const to = at.get(`${flow.step + 1}:${flow.to}`);
    if (!from || !to) continue;
    const width = Math.max(flow.goes * scale, 1);
    const y0 = from.y + (out.get(from) ?? 0) + width / 2;
    const y1 = to.y + (into.get(to) ?? 0) + width / 2;
    out.set(from, (out.get(from) ?? 0) + width);
    into.set(to, (into.get(to) ?? 0) + width);
    const x0 = from.x + BOX;
    const bend = (to.x - x0) / 2;
    ribbons.push({
      step: flow.step,
      from: flow.name,
      to: flow.to,
      goes: flow.goes,
      width,
      d: `M${x0},${y0} C${x0 + bend},${y0} ${to.x - bend},${y1} ${to.x},${y1}`,
    });
  }
  const steps = Math.max(0, ...boxes.map((box) => box.step));
  return { boxes, ribbons, width: steps * COLUMN + 170, height: Math.max(...below.values(), 60) };
}
