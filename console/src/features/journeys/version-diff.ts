import type { JourneyDocument, JourneyNode } from "@/api/journey-document";
import { withEdges } from "./ports";

export interface NodeChange {
  key: string;
  /** Which of its fields say something else; the edges too. */
  fields: readonly string[];
}

/** How one version of a document differs from another. */
export interface VersionDiff {
  added: readonly string[];
  removed: readonly string[];
  changed: readonly NodeChange[];
  /** What differs besides the nodes; their places on the canvas do not count. */
  settings: readonly string[];
}

/** As it is compared: the order of names says nothing. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).filter(([, each]) => each !== undefined);
    entries.sort(([one], [other]) => (one < other ? -1 : 1));
    return `{${entries.map(([name, each]) => `${name}:${canonical(each)}`).join()}}`;
  }
  return JSON.stringify(value);
}

function differing(before: object, after: object, without: readonly string[]): string[] {
  const one = before as Record<string, unknown>;
  const other = after as Record<string, unknown>;
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names].filter(
    (name) => !without.includes(name) && canonical(one[name] ?? null) !== canonical(other[name] ?? null),
  );
}

export function diffOf(before: JourneyDocument, after: JourneyDocument): VersionDiff {
  const old = new Map(before.nodes.map((node) => [node.key, node]));
  const now = new Set(after.nodes.map(({ key }) => key));
  return {
    added: after.nodes.filter(({ key }) => !old.has(key)).map(({ key }) => key),
    removed: before.nodes.filter(({ key }) => !now.has(key)).map(({ key }) => key),
    changed: after.nodes.flatMap((node) => {
      const was = old.get(node.key);
      const fields = was ? differing(was, node, ["key"]) : [];
      return fields.length > 0 ? [{ key: node.key, fields }] : [];
    }),
    settings: differing(before, after, ["nodes", "layout"]),
  };
}

/** Both versions in one picture: the later one, and what it lost, which leads to what is still there. */
export function mergedForView(before: JourneyDocument, after: JourneyDocument): JourneyDocument {
  const now = new Set(after.nodes.map(({ key }) => key));
  const gone: JourneyNode[] = before.nodes.filter(({ key }) => !now.has(key));
  const known = new Set([...now, ...gone.map(({ key }) => key)]);
  return {
    ...after,
    nodes: [
      ...after.nodes,
      ...gone.map((node) => withEdges(node, (to) => (to !== null && known.has(to) ? to : null))),
    ],
    layout: {},
  };
}
