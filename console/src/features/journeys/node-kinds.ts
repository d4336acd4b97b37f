import type { JourneyNode, JourneySubject, NodeKind, TriggerKind } from "@/api/journey-document";
import type { NodeMaker } from "./journey-draft";

export const NODE_GROUPS = ["wait", "decide", "do"] as const;
export type NodeGroup = (typeof NODE_GROUPS)[number];

const EVERYBODY: readonly JourneySubject[] = ["customer", "group", "account"];
const CUSTOMERS: readonly JourneySubject[] = ["customer"];

interface KindEntry {
  kind: NodeKind;
  group: NodeGroup;
  subjects: readonly JourneySubject[];
}

const entry = (kind: NodeKind, group: NodeGroup, subjects = CUSTOMERS): KindEntry => ({
  kind,
  group,
  subjects,
});

/** Every kind of node, in the order of the palette. */
export const NODE_KINDS: readonly KindEntry[] = [
  entry("wait", "wait", EVERYBODY),
  entry("wait_until", "wait", EVERYBODY),
  entry("wait_event", "wait"),
  entry("branch", "decide"),
  entry("split", "decide"),
  entry("message", "do"),
  entry("task", "do"),
  entry("tag", "do"),
  entry("attribute", "do"),
  entry("coupon", "do"),
  entry("group_invite", "do"),
  entry("hand_over", "do"),
  entry("journey", "do", EVERYBODY),
  entry("webhook", "do"),
  entry("group_message", "do", ["group"]),
  entry("moment", "do", ["account"]),
];

export const kindsFor = (subject: JourneySubject) =>
  NODE_KINDS.filter(({ subjects }) => subjects.includes(subject));

export const groupOf = (kind: NodeKind): NodeGroup =>
  NODE_KINDS.find((each) => each.kind === kind)?.group ?? "do";

/** The one day that is known of groups and accounts: when they were made. */
export const CREATED_ON = "created_on";

export const TRIGGER_KINDS: readonly { kind: TriggerKind; subjects: readonly JourneySubject[] }[] = [
  { kind: "segment_entered", subjects: CUSTOMERS },
  { kind: "segment_exited", subjects: CUSTOMERS },
  { kind: "event", subjects: CUSTOMERS },
  { kind: "date", subjects: EVERYBODY },
  { kind: "schedule", subjects: EVERYBODY },
  { kind: "by_hand", subjects: EVERYBODY },
  { kind: "api", subjects: EVERYBODY },
];

/** What ways and arms are called before somebody names them. */
export interface NewWords {
  way: (n: number) => string;
  arm: (letter: string) => string;
}

const HOUR = 60;
const DAY = 24 * HOUR;

const text = { title: "", body: "", link_url: null, attachments: [] };

type Fresh = JourneyNode extends infer Node
  ? Node extends JourneyNode
    ? Omit<Node, "key" | "name">
    : never
  : never;

function fresh(kind: NodeKind, words: NewWords): Fresh {
  switch (kind) {
    case "wait":
      return { kind, minutes: HOUR, next: null };
    case "wait_until":
      return { kind, day: null, at: "10:00", weekdays: [], next: null };
    case "wait_event":
      return {
        kind,
        event: { event: "", where: [] },
        timeout_minutes: 3 * DAY,
        next: null,
        on_timeout: null,
      };
    case "branch":
      return {
        kind,
        ways: [{ key: "a", name: words.way(1), condition: { kind: "all", of: [] }, next: null }],
        otherwise: null,
      };
    case "split":
      return {
        kind,
        arms: ["a", "b"].map((key) => ({ key, name: words.arm(key.toUpperCase()), weight: 1, next: null })),
        experiment_id: null,
      };
    case "message":
      return {
        kind,
        ...text,
        channel: "wecom",
        fallbacks: [],
        fall_back_after_hours: null,
        overrides: {},
        purpose: "marketing",
        persona_id: null,
        expires_after_hours: null,
        experiment_id: null,
        variants: [],
        next: null,
      };
    case "task":
      return {
        kind,
        title: "",
        script: "",
        script_id: null,
        deadline_minutes: DAY,
        to: "keeper",
        wait: false,
        next: null,
        on_expired: null,
      };
    case "tag":
      return { kind, add: [], remove: [], next: null };
    case "attribute":
      return { kind, attribute: "", value: "", next: null };
    case "webhook":
      return { kind, endpoint_id: 0, fields: {}, next: null };
    case "coupon":
      return { kind, pool_id: 0, attribute: "coupon_code", next: null, on_empty: null };
    case "group_invite":
      return { kind, code_id: 0, by: "message", channel: "wecom", title: "", body: "", next: null };
    case "hand_over":
      return { kind, to: "pool", note: "", next: null };
    case "journey":
      return { kind, journey_id: 0, next: null };
    case "group_message":
    case "moment":
      return kind === "moment"
        ? { kind, body: "", link_url: null, attachments: [], next: null }
        : { kind, ...text, next: null };
  }
}

/** A node of a kind as it comes out of the palette. */
export const newNode =
  (kind: NodeKind, words: NewWords): NodeMaker =>
  (key) => ({ key, name: null, ...fresh(kind, words) });

/** The next letter that none is called by. */
export const freeLetter = (taken: readonly { key: string }[]) =>
  Array.from({ length: 16 }, (_, at) => String.fromCharCode(97 + at)).find(
    (letter) => !taken.some(({ key }) => key === letter),
  ) ?? `x${taken.length}`;
