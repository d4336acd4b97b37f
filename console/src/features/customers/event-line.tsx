import {
  CloseCircleOutlined,
  ClusterOutlined,
  CommentOutlined,
  EyeOutlined,
  FormOutlined,
  IdcardOutlined,
  LinkOutlined,
  NodeIndexOutlined,
  PauseCircleOutlined,
  RollbackOutlined,
  SafetyOutlined,
  SendOutlined,
  RiseOutlined,
  ShoppingOutlined,
  SolutionOutlined,
  TagOutlined,
  ThunderboltOutlined,
  UserSwitchOutlined,
} from "@ant-design/icons";
import type { ReactNode } from "react";
import type { TimelineEvent } from "@/api/types";
import type { NumberFormat } from "@/shared/format/number-format";
import { plainName, type Vocabulary } from "@/shared/i18n/vocabulary";
import type { CustomersTexts } from "./customers-texts";

const ICONS: readonly (readonly [RegExp, ReactNode])[] = [
  [/refund/, <RollbackOutlined aria-hidden key="refund" />],
  [/^order_|checkout/, <ShoppingOutlined aria-hidden key="order" />],
  [/^message_(failed)/, <CloseCircleOutlined aria-hidden key="failed" />],
  [/^message_(held)/, <PauseCircleOutlined aria-hidden key="held" />],
  [/clicked/, <LinkOutlined aria-hidden key="clicked" />],
  [/^message_/, <SendOutlined aria-hidden key="message" />],
  [/tagged$/, <TagOutlined aria-hidden key="tag" />],
  [/^stage_/, <RiseOutlined aria-hidden key="stage" />],
  [/^segment_/, <ClusterOutlined aria-hidden key="segment" />],
  [/^service_|_message_received$/, <CommentOutlined aria-hidden key="service" />],
  [/^(task|follow_up|lead|script)_/, <SolutionOutlined aria-hidden key="staff" />],
  [/^form_/, <FormOutlined aria-hidden key="form" />],
  [/^contact_|^handover_/, <UserSwitchOutlined aria-hidden key="contact" />],
  [/^journey_/, <NodeIndexOutlined aria-hidden key="journey" />],
  [/^consent_/, <SafetyOutlined aria-hidden key="consent" />],
  [/^(profile|customer|custody)|identif|sign/, <IdcardOutlined aria-hidden key="identity" />],
  [/view|page|screen|search/, <EyeOutlined aria-hidden key="view" />],
];

export function iconOf(name: string): ReactNode {
  const plain = plainName(name);
  return ICONS.find(([pattern]) => pattern.test(plain))?.[1] ?? <ThunderboltOutlined aria-hidden />;
}

/** Names of what events tell by id; undefined where it is gone, or not for these eyes. */
export interface NamesInEvents {
  segment: (segmentId: number) => string | undefined;
  journey: (journeyId: number) => string | undefined;
  stage: (ladderId: number, stage: string) => string | undefined;
}

interface Saying {
  t: CustomersTexts;
  n: NumberFormat;
  vocabulary: Vocabulary;
  currency: string;
  names: NamesInEvents;
}

const text = (value: unknown) => (typeof value === "string" && value ? value : undefined);

/** What the event is about: events of segments, journeys and stages tell an id, others the name itself. */
function whatOf({ name: event, properties }: TimelineEvent, names: NamesInEvents): string | undefined {
  const { segment_id: segmentId, journey_id: journeyId, ladder_id: ladderId } = properties;
  const isOf = (kind: string, id: unknown): id is number =>
    plainName(event).startsWith(`${kind}_`) && typeof id === "number";
  if (isOf("segment", segmentId)) return names.segment(segmentId);
  if (isOf("journey", journeyId)) return names.journey(journeyId);
  const stage = text(properties.to);
  if (isOf("stage", ladderId)) return stage && names.stage(ladderId, stage);
  const told = ["title", "path", "url", "name", "tag", "form", "script"] as const;
  return told.map((name) => text(properties[name])).find(Boolean);
}

/** One event as a person would tell it. */
export function sentenceOf(event: TimelineEvent, { t, n, vocabulary, currency, names }: Saying): string {
  const { properties } = event;
  const name = plainName(event.name);
  const fen = properties.total_fen;
  const money =
    typeof fen === "number" ? n.money(fen, text(properties.currency)?.toUpperCase() ?? currency) : undefined;
  const code = text(properties.reason);
  const reason = code && vocabulary.say("reasons", code);
  if ((name === "order_paid" || name === "order_completed") && money) return t.lines.paid(money);
  if (name === "order_refunded" && money) return t.lines.refunded(money);
  if (name === "message_held" && reason) return t.lines.held(reason);
  if (name === "message_failed" && reason) return t.lines.failed(reason);
  if (name === "customers_merged") return t.lines.merged;
  if (name === "customers_split") return t.lines.split;
  if (name === "customer_identified") {
    const changed = Object.keys(properties).map((each) => vocabulary.say("attributes", each));
    if (changed.length > 0) return t.lines.identified(vocabulary.value(changed));
  }
  const about: Partial<Record<string, (what: string) => string>> = t.lines.about;
  const what = whatOf(event, names);
  return what && about[name] ? about[name](what) : vocabulary.say("events", event.name);
}
