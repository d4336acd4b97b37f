import type { components } from "./schema";
import type { Attachment, Condition, EventMatch } from "./types";

/** The document of a journey, whichever way it is looked at: a canvas or a plan of days. */

export type JourneySubject = "customer" | "group" | "account";

/** The key of a node, or null for the end. */
export type Edge = string | null;

export type Overrides = Record<string, components["schemas"]["ChannelText"]>;

export type JourneyTrigger =
  | { kind: "segment_entered"; segment_id: number; include_members: boolean }
  | { kind: "segment_exited"; segment_id: number }
  | { kind: "event"; event: EventMatch }
  | {
      kind: "date";
      attribute: string;
      days: number;
      at: string;
      yearly: boolean;
      segment_id: number | null;
    }
  | {
      kind: "schedule";
      segment_id: number | null;
      at: string;
      weekdays: number[];
      month_days: number[];
      starts_on: string;
      ends_on: string | null;
    }
  | { kind: "by_hand" }
  | { kind: "api" };

export type TriggerKind = JourneyTrigger["kind"];

interface NodeBase {
  key: string;
  name: string | null;
}

interface OnwardNode extends NodeBase {
  next: Edge;
}

export interface WaitNode extends OnwardNode {
  kind: "wait";
  minutes: number;
}

export interface WaitUntilNode extends OnwardNode {
  kind: "wait_until";
  day: number | null;
  at: string;
  weekdays: number[];
}

export interface WaitEventNode extends OnwardNode {
  kind: "wait_event";
  event: EventMatch;
  timeout_minutes: number;
  on_timeout: Edge;
}

export interface BranchWay {
  key: string;
  name: string;
  condition: Condition;
  next: Edge;
}

export interface BranchNode extends NodeBase {
  kind: "branch";
  ways: BranchWay[];
  otherwise: Edge;
}

export interface SplitArm {
  key: string;
  name: string;
  weight: number;
  next: Edge;
}

export interface SplitNode extends NodeBase {
  kind: "split";
  arms: SplitArm[];
  experiment_id: number | null;
}

export interface MessageVariant {
  arm: string;
  title: string;
  body: string;
  link_url: string | null;
}

export interface MessageNode extends OnwardNode {
  kind: "message";
  channel: string;
  fallbacks: string[];
  fall_back_after_hours: number | null;
  title: string;
  body: string;
  link_url: string | null;
  attachments: Attachment[];
  overrides: Overrides;
  purpose: "marketing" | "service";
  persona_id: number | null;
  expires_after_hours: number | null;
  experiment_id: number | null;
  variants: MessageVariant[];
}

export type TaskReceiver = "keeper" | { staff_id: number } | { persona_id: number };

export interface TaskNode extends OnwardNode {
  kind: "task";
  title: string;
  script: string;
  script_id: number | null;
  deadline_minutes: number;
  to: TaskReceiver;
  wait: boolean;
  on_expired: Edge;
}

export interface TagNode extends OnwardNode {
  kind: "tag";
  add: number[];
  remove: number[];
}

export interface AttributeNode extends OnwardNode {
  kind: "attribute";
  attribute: string;
  value: string | number | boolean | null;
}

export interface WebhookNode extends OnwardNode {
  kind: "webhook";
  endpoint_id: number;
  fields: Record<string, string>;
}

export interface CouponNode extends OnwardNode {
  kind: "coupon";
  pool_id: number;
  attribute: string;
  on_empty: Edge;
}

export interface GroupInviteNode extends OnwardNode {
  kind: "group_invite";
  code_id: number;
  by: "message" | "task";
  channel: string;
  title: string;
  body: string;
}

export interface HandOverNode extends OnwardNode {
  kind: "hand_over";
  to: "pool" | { staff_id: number };
  note: string;
}

export interface EnterNode extends OnwardNode {
  kind: "journey";
  journey_id: number;
}

export interface GroupMessageNode extends OnwardNode {
  kind: "group_message";
  title: string;
  body: string;
  link_url: string | null;
  attachments: Attachment[];
}

export interface MomentNode extends OnwardNode {
  kind: "moment";
  body: string;
  link_url: string | null;
  attachments: Attachment[];
}

export type JourneyNode =
  | WaitNode
  | WaitUntilNode
  | WaitEventNode
  | BranchNode
  | SplitNode
  | MessageNode
  | TaskNode
  | TagNode
  | AttributeNode
  | WebhookNode
  | CouponNode
  | GroupInviteNode
  | HandOverNode
  | EnterNode
  | GroupMessageNode
  | MomentNode;

export type NodeKind = JourneyNode["kind"];
export type NodeOf<K extends NodeKind> = Extract<JourneyNode, { kind: K }>;

export interface JourneyGoal {
  key: string;
  name: string;
  event: EventMatch | null;
  segment_id: number | null;
  within_days: number;
  leave: boolean;
}

export type JourneyExit =
  { kind: "segment_left" | "segment_entered"; segment_id: number } | { kind: "event"; event: EventMatch };

export interface JourneyTargets {
  all?: boolean;
  group_ids?: number[];
  owner_staff_ids?: number[];
  staff_ids?: number[];
}

export interface JourneyDocument {
  subject: JourneySubject;
  targets: JourneyTargets | null;
  triggers: JourneyTrigger[];
  nodes: JourneyNode[];
  start: string;
  goals: JourneyGoal[];
  exits: JourneyExit[];
  re_entry: { mode: "never" | "after_end"; after_days: number; times_max: number | null };
  lane: string | null;
  priority: number;
  hold_out: number;
  on_new_version: "keep" | "move";
  layout: Record<string, [number, number]>;
  goal_text: string;
}

/** What the server finds wrong: `node` is the key of the node that it is about, if of one. */
export interface JourneyFault {
  node: string | null;
  path: string;
  reason: string;
  reason_zh: string;
  /** Keeps nobody from publishing. */
  is_warning: boolean;
}
