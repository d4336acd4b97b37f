import type { Edge, JourneyDocument, JourneyNode, NodeOf } from "@/api/journey-document";
import { connected, edgeAt, freeKey, removed, START, type NodeMaker, type Spot } from "../journey-draft";
import { nodeOf, portsOf, withEdges, withPort, type Port } from "../ports";

/**
 * A journey as days and times, and back. Pure. The document is the same; what stands on one line, from wait to wait, is a
 * slot, and where ways part they are a lane inside it, up to where all of them meet again.
 */

const MINUTES_A_DAY = 1440;

export interface SopWay {
  port: Port;
  slots: SopSlot[];
}

export type SopItem =
  { kind: "act"; node: JourneyNode } | { kind: "lane"; node: JourneyNode; ways: SopWay[]; meets: boolean };

/** When a slot is: at once, at a time of a day, at the next time of day, or so long after the one before. */
export type SopWhen =
  | { kind: "start" }
  | { kind: "day"; day: number; at: string; weekdays: number[] }
  | { kind: "next"; at: string; weekdays: number[] }
  | { kind: "after"; minutes: number };

export interface SopSlot {
  /** The wait that begins it. */
  wait: NodeOf<"wait"> | NodeOf<"wait_until"> | null;
  when: SopWhen;
  /** The day on which it is, counted from the beginning, at the earliest. */
  day: number;
  items: SopItem[];
}

export type SopRefusal = "empty" | "cycle" | "crossing";
export type Sop =
  { slots: SopSlot[]; refusal: null } | { slots: null; refusal: SopRefusal; at: string | null };

class Refused extends Error {
  constructor(
    readonly reason: SopRefusal,
    readonly at: string | null,
  ) {
    super(reason);
  }
}

/** All nodes that one may come to from an edge, the end as null, in the order of the walk. */
function ahead(document: JourneyDocument, from: Edge): Set<Edge> {
  const seen = new Set<Edge>();
  const visit = (key: Edge) => {
    if (seen.has(key)) return;
    seen.add(key);
    const node = nodeOf(document, key);
    if (node) for (const { to } of portsOf(node)) visit(to);
  };
  visit(from);
  return seen;
}

/** Where all ways out of a node meet again: the first node that none of them gets around; null is the end. */
function meeting(document: JourneyDocument, node: JourneyNode): Edge {
  const ways = portsOf(node).map(({ to }) => to);
  const common = [...ahead(document, ways[0] ?? null)].filter((key) =>
    ways.every((way) => ahead(document, way).has(key)),
  );
  const isPassedByAll = (key: Edge) =>
    ways.every((way) => {
      // without this node nobody reaches the end
      const seen = new Set<Edge>();
      const visit = (at: Edge): boolean => {
        if (at === key || seen.has(at)) return false;
        seen.add(at);
        const next = nodeOf(document, at);
        return next ? portsOf(next).some(({ to }) => visit(to)) : true;
      };
      return !visit(way);
    });
  const certain = common.filter((key) => key !== null && isPassedByAll(key));
  // of those that all pass, the first is the one from which all others are still ahead
  return certain.find((key) => certain.every((other) => ahead(document, key).has(other))) ?? null;
}

function whenOf(wait: NodeOf<"wait"> | NodeOf<"wait_until">): SopWhen {
  if (wait.kind === "wait") return { kind: "after", minutes: wait.minutes };
  if (wait.day === null) return { kind: "next", at: wait.at, weekdays: wait.weekdays };
  return { kind: "day", day: wait.day, at: wait.at, weekdays: wait.weekdays };
}

function last(slots: readonly SopSlot[]): SopSlot {
  const found = slots.at(-1);
  if (!found) throw new Error("a line has a slot from its beginning");
  return found;
}

/** The document as a plan of days, or why it cannot be one. */
export function readSop(document: JourneyDocument): Sop {
  if (document.nodes.length === 0) return { slots: null, refusal: "empty", at: null };
  const seen = new Set<string>();
  const line = (from: Edge, until: Edge, day: number, walked: ReadonlySet<string>): SopSlot[] => {
    const slots: SopSlot[] = [{ wait: null, when: { kind: "start" }, day, items: [] }];
    const path = new Set(walked);
    let minutes = 0;
    let key = from;
    while (key !== null && key !== until) {
      const node = nodeOf(document, key);
      if (!node) break;
      if (path.has(key)) throw new Refused("cycle", key);
      if (seen.has(key)) throw new Refused("crossing", key);
      seen.add(key);
      path.add(key);
      const slot = last(slots);
      if (node.kind === "wait" || node.kind === "wait_until") {
        const when = whenOf(node);
        if (when.kind === "after") minutes += when.minutes;
        else minutes = 0;
        const on =
          when.kind === "day" ? Math.max(when.day, slot.day) : slot.day + Math.floor(minutes / MINUTES_A_DAY);
        if (when.kind === "after") minutes %= MINUTES_A_DAY;
        slots.push({ wait: node, when, day: on, items: [] });
        key = node.next;
        continue;
      }
      const ports = portsOf(node);
      if (ports.length === 1) {
        slot.items.push({ kind: "act", node });
        key = ports[0]?.to ?? null;
        continue;
      }
      const meets = meeting(document, node);
      const stop = meets ?? until;
      const ways = ports.map((port) => ({ port, slots: line(port.to, stop, slot.day, path) }));
      slot.items.push({ kind: "lane", node, ways, meets: stop !== null });
      key = stop;
    }
    return slots.length > 1 && slots[0]?.items.length === 0 ? slots.slice(1) : slots;
  };
  try {
    return { slots: line(document.start, null, 0, new Set()), refusal: null };
  } catch (error) {
    if (error instanceof Refused) return { slots: null, refusal: error.reason, at: error.at };
    throw error;
  }
}

/** The keys of all nodes in a slot, in its lanes too. */
export const keysIn = (slot: SopSlot): string[] => [
  ...(slot.wait ? [slot.wait.key] : []),
  ...slot.items.flatMap((item) => [
    item.node.key,
    ...(item.kind === "lane" ? item.ways.flatMap((way) => way.slots.flatMap(keysIn)) : []),
  ]),
];

const headOf = (slot: SopSlot | undefined): Edge => (slot ? (keysIn(slot)[0] ?? null) : null);

/** Where one more thing of this slot goes: behind what is done in it, before ways part. */
export function spotIn(document: JourneyDocument, slot: SopSlot): Spot {
  const lane = slot.items.findIndex(({ kind }) => kind === "lane");
  const acts = lane < 0 ? slot.items : slot.items.slice(0, lane);
  const last = acts.at(-1)?.node ?? slot.wait;
  if (last) return { node: last.key, port: portsOf(last)[0]?.name ?? "next" };
  const head = headOf(slot);
  // a line of its own inside a lane begins where the way does
  for (const node of document.nodes)
    for (const port of portsOf(node))
      if (port.to === head && head !== document.start) return { node: node.key, port: port.name };
  return START;
}

/** A node that is there put on an edge: what came after the edge comes after it. */
function put(document: JourneyDocument, spot: Spot, node: JourneyNode): JourneyDocument {
  const port = portsOf(node)[0];
  const led = port ? withPort(node, port.name, edgeAt(document, spot)) : node;
  return connected({ ...document, nodes: [...document.nodes, led] }, spot, node.key);
}

/** One more thing done in a slot; gives the new key as well. */
export function addAct(document: JourneyDocument, slot: SopSlot, stem: string, make: NodeMaker) {
  const key = freeKey(document, stem);
  return { document: put(document, spotIn(document, slot), make(key)), key };
}

const timeOf = (at: string) => (at === "best_hour" ? "10:00" : at);

/** Whether what is on one day and time comes before another. */
const isBefore = (a: { day: number; at: string }, b: { day: number; at: string }) =>
  a.day !== b.day ? a.day < b.day : timeOf(a.at) < timeOf(b.at);

/** A slot with what follows it by a wait of its own, which moves with it. */
interface Group {
  at: { day: number; at: string } | null;
  slots: SopSlot[];
}

function groupsOf(slots: readonly SopSlot[]): Group[] {
  const groups: Group[] = [];
  for (const slot of slots) {
    const last = groups.at(-1);
    if (slot.when.kind === "day")
      groups.push({ at: { day: slot.when.day, at: slot.when.at }, slots: [slot] });
    else if (last) last.slots.push(slot);
    else groups.push({ at: null, slots: [slot] });
  }
  return groups;
}

/** Whether somebody may be sent on behind this slot: not where its ways end apart. */
export const isOpen = (slot: SopSlot | undefined) =>
  !slot?.items.some((item) => item.kind === "lane" && !item.meets);

/** The line led through the slots in another order. */
function relinked(
  document: JourneyDocument,
  before: readonly SopSlot[],
  after: readonly SopSlot[],
): JourneyDocument {
  let nodes = document.nodes;
  after.forEach((slot, n) => {
    const was = headOf(before[before.indexOf(slot) + 1]);
    const next = headOf(after[n + 1]);
    if (was === next) return;
    const inside = new Set(keysIn(slot));
    nodes = nodes.map((node) =>
      inside.has(node.key)
        ? withEdges(node, (to) => (to === was && !(to !== null && inside.has(to)) ? next : to))
        : node,
    );
  });
  return { ...document, nodes, start: headOf(after[0]) ?? document.start };
}

/** The slots put into the order of their days and times; as they are where ways end apart in one that would not be the last. */
export function sorted(document: JourneyDocument): JourneyDocument {
  const sop = readSop(document);
  if (sop.refusal !== null) return document;
  const groups = groupsOf(sop.slots);
  const [first, ...rest] = groups[0]?.at === null ? groups : [null, ...groups];
  const ordered = rest
    .map((group, n) => ({ group, n }))
    .sort((a, b) => {
      if (!a.group?.at || !b.group?.at) return a.n - b.n;
      return isBefore(a.group.at, b.group.at) ? -1 : isBefore(b.group.at, a.group.at) ? 1 : a.n - b.n;
    })
    .flatMap(({ group }) => group?.slots ?? []);
  const after = [...(first?.slots ?? []), ...ordered];
  if (after.every((slot, n) => slot === sop.slots[n])) return document;
  if (after.slice(0, -1).some((slot) => !isOpen(slot)) || !isOpen(sop.slots.at(-1))) return document;
  return relinked(document, sop.slots, after);
}

/** A new time of a day with one thing to do; gives the key of that as well, null where nothing can come there. */
export function addTime(
  document: JourneyDocument,
  day: number,
  at: string,
  stem: string,
  make: NodeMaker,
): { document: JourneyDocument; key: string | null } {
  const sop = readSop(document);
  const waitKey = freeKey(document, `day_${day}`);
  const wait: NodeOf<"wait_until"> = {
    key: waitKey,
    name: null,
    kind: "wait_until",
    day,
    at,
    weekdays: [],
    next: null,
  };
  if (sop.refusal === "empty") {
    const key = freeKey(document, stem);
    const act = make(key);
    return { document: { ...document, nodes: [{ ...wait, next: key }, act], start: waitKey }, key };
  }
  if (sop.refusal !== null) return { document, key: null };
  const before = groupsOf(sop.slots)
    .filter((group) => group.at === null || !isBefore({ day, at }, group.at))
    .at(-1)
    ?.slots.at(-1);
  if (!isOpen(before)) return { document, key: null };
  const key = freeKey(document, stem);
  const next = headOf(sop.slots[before ? sop.slots.indexOf(before) + 1 : 0]);
  const act = make(key);
  const port = portsOf(act)[0];
  const inside = new Set(before ? keysIn(before) : []);
  const nodes = document.nodes.map((node) =>
    inside.has(node.key)
      ? withEdges(node, (to) => (to === next && !(to !== null && inside.has(to)) ? waitKey : to))
      : node,
  );
  return {
    document: {
      ...document,
      nodes: [...nodes, { ...wait, next: key }, port ? withPort(act, port.name, next) : act],
      start: before ? document.start : waitKey,
    },
    key,
  };
}

/** Without something that was done; a time of a day at which nothing is done any more goes too. */
export function removeAct(document: JourneyDocument, key: string): JourneyDocument {
  const sop = readSop(document);
  const slot = sop.slots?.find((each) => each.items.some(({ node }) => node.key === key));
  const isLast = slot?.items.length === 1 && slot.when.kind === "day" && slot.wait;
  return removed(document, isLast ? [key, slot.wait?.key ?? key] : [key]);
}

/** Something done at another time: it goes behind what is done there already. */
export function moveAct(document: JourneyDocument, key: string, to: SopSlot): JourneyDocument {
  const node = nodeOf(document, key);
  if (!node || keysIn(to).includes(key)) return document;
  const without = removeAct(document, key);
  const target = readSop(without).slots?.find((slot) => headOf(slot) === headOf(to));
  if (!target) return document;
  const { layout } = document;
  return { ...put(without, spotIn(without, target), node), layout };
}

/** A slot on another day or at another time; its place in the line follows. */
export function moveSlot(document: JourneyDocument, slot: SopSlot, day: number, at: string): JourneyDocument {
  if (slot.wait?.kind !== "wait_until") return document;
  const wait = { ...slot.wait, day, at };
  return sorted({
    ...document,
    nodes: document.nodes.map((node) => (node.key === wait.key ? wait : node)),
  });
}
