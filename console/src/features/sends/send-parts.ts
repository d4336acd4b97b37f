import type { DefinitionFault } from "@/api/definition-fault";
import type { SendDefinition } from "@/api/types";

/** What each part of the composer is given. */
export interface SendPart {
  send: SendDefinition;
  fault: DefinitionFault | null;
  onChange: (changed: Partial<SendDefinition>) => void;
}

/** What nobody has said yet and without which nothing can be sent, by the words it has in the composer. */
export const missingIn = ({ segment_id: segment, content }: SendDefinition) => [
  ...(content.title === "" ? (["messageTitle"] as const) : []),
  ...(content.body === "" ? (["body"] as const) : []),
  ...(segment > 0 ? [] : (["segment"] as const)),
];

/** The fault at a place, or below it. */
export const faultAt = (fault: DefinitionFault | null, path: string) =>
  fault && (fault.path === path || fault.path.startsWith(`${path}.`)) ? fault.reason : null;

/** So long staff and channels have before the next is asked, where nobody said otherwise. */
const FALL_BACK_HOURS = 4;

/** The channels that were chosen, and what follows from it: without hours nothing ever falls back, so some are proposed. */
export function withChannels(
  send: SendDefinition,
  channels: SendDefinition["channels"],
): Partial<SendDefinition> {
  const { content } = send;
  const hours = channels.length > 1 ? (content.fall_back_after_hours ?? FALL_BACK_HOURS) : null;
  const isTurned = channels.length > 1 !== send.channels.length > 1;
  return isTurned ? { channels, content: { ...content, fall_back_after_hours: hours } } : { channels };
}

const PLACE = /\{\{.*?\}\}/;

/** Whether customers should read different texts, which a mass task of WeCom cannot do. */
export const isPersonal = ({ channels, content }: SendDefinition) =>
  channels.includes("wecom") && PLACE.test((content.overrides?.wecom?.body ?? content.body) || "");

/** The same send, each adviser sending their own customers the text with the names in it. */
export const personally = (send: SendDefinition): Partial<SendDefinition> =>
  withChannels(send, [...new Set(send.channels.map((channel) => (channel === "wecom" ? "hand" : channel)))]);

/** What can be chosen, in the order in which it is mostly tried. */
export const CHANNELS = [
  "wecom",
  "official_account",
  "miniprogram",
  "sms",
  "mail",
  "aicall",
  "webhook",
  "hand",
] as const;
