import type { DefinitionFault } from "@/api/definition-fault";
import type { SendDefinition } from "@/api/types";

/** What each part of the composer is given. */
export interface SendPart {
  send: SendDefinition;
  fault: DefinitionFault | null;
  onChange: (changed: Partial<SendDefinition>) => void;
}

/** The fault at a place, or below it. */
export const faultAt = (fault: DefinitionFault | null, path: string) =>
  fault && (fault.path === path || fault.path.startsWith(`${path}.`)) ? fault.reason : null;

/** What can be chosen, in the order in which it is mostly tried. */
export const CHANNELS = [
  "wecom",
  "official_account",
  "miniprogram",
  "sms",
  "mail",
  "aicall",
  "webhook",
] as const;
