import {
  CloseCircleOutlined,
  ClusterOutlined,
  EyeOutlined,
  IdcardOutlined,
  LinkOutlined,
  NodeIndexOutlined,
  PauseCircleOutlined,
  RollbackOutlined,
  SafetyOutlined,
  SendOutlined,
  RiseOutlined,
  ShoppingOutlined,
  TagOutlined,
  ThunderboltOutlined,
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
  [/^journey_/, <NodeIndexOutlined aria-hidden key="journey" />],
  [/^consent_/, <SafetyOutlined aria-hidden key="consent" />],
  [/^(profile|customer|custody)|identif|sign/, <IdcardOutlined aria-hidden key="identity" />],
  [/view|page|screen|search/, <EyeOutlined aria-hidden key="view" />],
];

export function iconOf(name: string): ReactNode {
  const plain = plainName(name);
  return ICONS.find(([pattern]) => pattern.test(plain))?.[1] ?? <ThunderboltOutlined aria-hidden />;
}

interface Saying {
  t: CustomersTexts;
  n: NumberFormat;
  vocabulary: Vocabulary;
  currency: string;
  segmentName: (segmentId: number) => string | undefined;
}

const text = (value: unknown) => (typeof value === "string" && value ? value : undefined);

/** One event as a person would tell it. */
export function sentenceOf(
  event: TimelineEvent,
  { t, n, vocabulary, currency, segmentName }: Saying,
): string {
  const { properties } = event;
  const name = plainName(event.name);
  const fen = properties.total_fen;
  const money =
    typeof fen === "number" ? n.money(fen, text(properties.currency)?.toUpperCase() ?? currency) : undefined;
  const segment = typeof properties.segment_id === "number" ? segmentName(properties.segment_id) : undefined;
  const code = text(properties.reason);
  const reason = code && vocabulary.say("reasons", code);
  const what =
    text(properties.title) ??
    text(properties.path) ??
    text(properties.url) ??
    text(properties.name) ??
    text(properties.tag);
  if ((name === "order_paid" || name === "order_completed") && money) return t.lines.paid(money);
  if (name === "order_refunded" && money) return t.lines.refunded(money);
  if (name === "segment_entered" && segment) return t.lines.entered(segment);
  if (name === "segment_exited" && segment) return t.lines.exited(segment);
  if (name === "message_held" && reason) return t.lines.held(reason);
  if (name === "message_failed" && reason) return t.lines.failed(reason);
  if (name === "customers_merged") return t.lines.merged;
  if (name === "customers_split") return t.lines.split;
  const about: Partial<Record<string, (what: string) => string>> = t.lines.about;
  if (what && about[name]) return about[name](what);
  return vocabulary.say("events", event.name);
}
