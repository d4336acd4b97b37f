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

const DAY_MINUTES = 24 * 60;

/** A minute of the day as a field for times shows it; midnight at the end of the day is 00:00. */
export const timeOf = (minute: number) =>
  `${String(Math.floor((minute % DAY_MINUTES) / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;

/** The minute of a time; where something ends, 00:00 is the end of the day. */
export function minuteOf(time: string, isEnd = false): number {
  const [hours = "0", minutes = "0"] = time.split(":");
  const minute = Number(hours) * 60 + Number(minutes);
  return isEnd && minute === 0 ? DAY_MINUTES : minute;
}

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
