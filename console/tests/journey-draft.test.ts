import { describe, expect, it } from "vitest";
import type { JourneyDocument, JourneyNode, NodeKind } from "@/api/journey-document";
import { namedIn } from "@/features/journeys/many";
import { computedLayout, endOf, layoutOf, wayOf, WHEN } from "@/features/journeys/canvas/layout";
import { routedPath } from "@/features/journeys/canvas/routed-path";
import { stepTowards } from "@/features/journeys/canvas/step-towards";
import {
  connected,
  copied,
  duplicated,
  edgeAt,
  emptyDocument,
  inserted,
  NODES_MAX,
  pasted,
  placed,
  removed,
  shapeFaults,
  spotAfter,
  START,
  withLayout,
} from "@/features/journeys/journey-draft";
import { NODE_KINDS, newNode } from "@/features/journeys/node-kinds";
import { nodeOf, portsOf, walkOrder, withPort } from "@/features/journeys/ports";
import { diffOf, mergedForView } from "@/features/journeys/version-diff";

const words = { way: (n: number) => `way ${n}`, arm: (letter: string) => letter };

/** Documents of these kinds, one behind the other. */
const chain = (...kinds: NodeKind[]): JourneyDocument =>
  kinds.reduce(
    (document, kind) => inserted(document, spotAfter(document, null), kind, newNode(kind, words)).document,
    emptyDocument("customer"),
  );

const lead = (document: JourneyDocument, key: string) =>
  portsOf(nodeOf(document, key) ?? ({ kind: "wait", next: "?" } as JourneyNode)).map(({ to }) => to);

/** A generator with a seed: tests say the same every time. */
function lottery(seed: number) {
  let state = seed;
  return (below: number) => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return Math.floor((state / 2147483648) * below);
  };
}

describe("adding", () => {
  it("puts a node on an edge, and what came after behind it", () => {
    const before = chain("wait", "message");
    const { document, key } = inserted(
      before,
      { node: "wait_1", port: "next" },
      "tag",
      newNode("tag", words),
    );
    expect(key).toBe("tag_1");
    expect(lead(document, "wait_1")).toEqual(["tag_1"]);
    expect(lead(document, "tag_1")).toEqual(["message_1"]);
  });

  it("puts a node before the first", () => {
    const { document } = inserted(chain("wait"), START, "branch", newNode("branch", words));
    expect(document.start).toBe("branch_1");
    expect(lead(document, "branch_1")).toEqual(["wait_1", null]);
  });

  it("keeps places made by hand apart, and leaves computed ones alone", () => {
    const free = inserted(chain("wait", "tag"), START, "wait", newNode("wait", words)).document;
    expect(free.layout).toEqual({});
    const own = withLayout(chain("wait", "tag"), { wait_1: [0, 100], tag_1: [0, 228] });
    const { document } = inserted(own, { node: "wait_1", port: "next" }, "tag", newNode("tag", words));
    expect(document.layout).toEqual({ wait_1: [0, 100], tag_1: [0, 356], tag_2: [0, 228] });
  });

  it("puts down a node that nothing leads to; the first of all is the start", () => {
    const one = placed(emptyDocument("customer"), [5, 6], "wait", newNode("wait", words)).document;
    expect(one.start).toBe("wait_1");
    const two = placed(one, [50, 60], "tag", newNode("tag", words)).document;
    expect(two.start).toBe("wait_1");
    expect(two.layout.tag_1).toEqual([50, 60]);
  });
});

describe("leading elsewhere", () => {
  it("leads only to what there is", () => {
    const document = chain("wait", "tag");
    expect(connected(document, { node: "tag_1", port: "next" }, "gone")).toBe(document);
    expect(lead(connected(document, { node: "tag_1", port: "next" }, "wait_1"), "tag_1")).toEqual(["wait_1"]);
    expect(edgeAt(connected(document, START, "tag_1"), START)).toBe("tag_1");
  });

  it("finds where more can be added, in a circle too", () => {
    const document = chain("wait", "tag");
    expect(spotAfter(document, null)).toEqual({ node: "tag_1", port: "next" });
    expect(spotAfter(document, "wait_1")).toEqual({ node: "wait_1", port: "next" });
    expect(spotAfter(connected(document, { node: "tag_1", port: "next" }, "wait_1"), null)).toEqual(START);
  });
});

describe("taking away", () => {
  it("leads on to where the node led", () => {
    const document = removed(chain("wait", "branch", "tag"), ["branch_1"]);
    expect(lead(document, "wait_1")).toEqual(["tag_1"]);
    expect(shapeFaults(document)).toEqual([]);
  });

  it("takes a start, a whole circle, and all", () => {
    const circle = connected(chain("wait", "tag", "wait"), { node: "wait_2", port: "next" }, "tag_1");
    expect(lead(removed(circle, ["tag_1", "wait_2"]), "wait_1")).toEqual([null]);
    expect(removed(circle, ["wait_1"]).start).toBe("tag_1");
    expect(removed(circle, ["wait_1", "tag_1", "wait_2"])).toMatchObject({ nodes: [], start: "" });
  });
});

describe("copies", () => {
  it("lead among each other as before, and on to what came after", () => {
    const { document, keys } = duplicated(chain("wait", "message", "tag"), ["wait_1", "message_1"]);
    expect(keys).toEqual(["wait_2", "message_2"]);
    expect(walkOrder(document)).toEqual(["wait_1", "message_1", "wait_2", "message_2", "tag_1"]);
  });

  it("come into another document", () => {
    const fragment = copied(chain("wait", "branch", "tag"), ["branch_1", "tag_1"]);
    const { document } = pasted(chain("message"), START, fragment);
    expect(lead(document, "branch_1")).toEqual(["tag_1", "message_1"]);
    expect(lead(document, "tag_1")).toEqual(["message_1"]);
    expect(document.start).toBe("branch_1");
  });

  it("are not made where there is no room", () => {
    const full = chain(...Array.from({ length: NODES_MAX }, (): NodeKind => "wait"));
    expect(duplicated(full, ["wait_1"])).toEqual({ document: full, keys: [] });
    expect(duplicated(full, [])).toEqual({ document: full, keys: [] });
  });
});

describe("whatever is done", () => {
  it("keys stay unique and every edge leads somewhere", () => {
    const pick = lottery(7);
    for (let round = 0; round < 30; round += 1) {
      let document = chain("wait");
      for (let step = 0; step < 25; step += 1) {
        const keys = document.nodes.map(({ key }) => key);
        const some = keys.filter(() => pick(4) === 0);
        const node = document.nodes[pick(document.nodes.length)];
        const ports = node ? portsOf(node) : [];
        const spot = node ? { node: node.key, port: ports[pick(ports.length)]?.name ?? "next" } : START;
        const kind = NODE_KINDS[pick(NODE_KINDS.length)]?.kind ?? "wait";
        const acts = [
          () => inserted(document, spot, kind, newNode(kind, words)).document,
          () => inserted(document, spot, kind, newNode(kind, words)).document,
          () => connected(document, spot, keys[pick(keys.length)] ?? null),
          () => removed(document, some),
          () => duplicated(document, some).document,
          () => pasted(document, spot, copied(document, some)).document,
        ];
        document = acts[pick(acts.length)]?.() ?? document;
        expect(shapeFaults(document)).toEqual([]);
        expect(walkOrder(document).toSorted()).toEqual(document.nodes.map(({ key }) => key).toSorted());
      }
      expect(computedLayout(document).places.size).toBeGreaterThanOrEqual(document.nodes.length + 1);
    }
  });

  it("edges of every kind of node can be led elsewhere", () => {
    for (const { kind } of NODE_KINDS) {
      const node = newNode(kind, words)("one");
      for (const { name } of portsOf(node))
        expect(portsOf(withPort(node, name, "two")).find((port) => port.name === name)?.to).toBe("two");
    }
  });
});

describe("places", () => {
  it("go from the top down, with an end under each way that leads nowhere", () => {
    const { places, routes } = computedLayout(chain("wait", "branch"));
    const rows = [WHEN, "wait_1", "branch_1", endOf("branch_1", "otherwise")].map((id) => places.get(id)?.y);
    expect(rows).toEqual([...rows].toSorted((one, other) => (one ?? 0) - (other ?? 0)));
    expect(new Set(rows).size).toBe(4);
    const label = routes.get(wayOf("wait_1", "next"))?.label.y ?? 0;
    expect(label).toBeGreaterThan(rows[1] ?? 0);
    expect(label).toBeLessThan(rows[2] ?? 0);
  });

  it("are the author's where there are some", () => {
    const { places } = layoutOf(withLayout(chain("wait", "tag"), { wait_1: [400, 300], tag_1: [10, 20] }));
    expect(places.get("wait_1")).toEqual({ x: 400, y: 300 });
    expect(places.get(WHEN)?.y).toBeLessThan(300);
    expect(places.get(endOf("tag_1", "next"))?.y).toBeGreaterThan(20);
  });

  it("lead the arrow keys to the nearest in a direction", () => {
    const places = new Map([
      ["a", { x: 0, y: 0 }],
      ["b", { x: 10, y: 100 }],
      ["c", { x: 300, y: 100 }],
      ["@end:b:next", { x: 10, y: 50 }],
    ]);
    expect(stepTowards(places, "a", "down")).toBe("b");
    expect(stepTowards(places, "b", "right")).toBe("c");
    expect(stepTowards(places, "a", "up")).toBeNull();
  });
});

describe("ways", () => {
  it("go upright and level only, by the points given, with the name on an upright part", () => {
    const route = { points: [{ x: 50, y: 40 }], label: { x: 50, y: 40 } };
    expect(routedPath({ x: 10, y: 0 }, route, { x: 50, y: 80 })).toEqual([
      "M 10 0 L 10 10 Q 10 20 20 20 L 40 20 Q 50 20 50 30 L 50 40 L 50 80",
      50,
      40,
    ]);
  });
});

describe("two versions", () => {
  it("differ in nodes and settings, not in their places or the order of names", () => {
    const before = chain("wait", "message", "tag");
    const after = removed(
      { ...chain("wait", "message", "tag", "task"), priority: 7, layout: { wait_1: [1, 2] } },
      ["message_1"],
    );
    expect(diffOf(before, after)).toEqual({
      added: ["task_1"],
      removed: ["message_1"],
      changed: [
        { key: "wait_1", fields: ["next"] },
        { key: "tag_1", fields: ["next"] },
      ],
      settings: ["priority"],
    });
    const turned = (node: JourneyNode) => Object.fromEntries(Object.entries(node).toReversed()) as unknown;
    const reordered = { ...before, nodes: before.nodes.map(turned) as JourneyNode[] };
    expect(diffOf(before, reordered)).toMatchObject({ changed: [], settings: [] });
    expect(shapeFaults(mergedForView(before, after))).toEqual([]);
    expect(mergedForView(before, after).nodes).toHaveLength(4);
  });
});

describe("what a journey names of long lists", () => {
  it("is found however deep, and nothing that was not chosen", () => {
    const found = namedIn({
      triggers: [{ kind: "segment_entered", segment_id: 4 }],
      exits: [{ kind: "segment", segment_id: 0 }],
      nodes: [
        { key: "a", kind: "task", to: { staff_id: 7 } },
        { key: "b", kind: "message", experiment_id: null, persona_id: 3 },
        { key: "c", kind: "journey", journey_id: 21 },
      ],
    });
    expect(found).toEqual({ segment: [4], staff: [7], journey: [21], experiment: [], code: [], pool: [] });
  });
});
