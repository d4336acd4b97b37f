import type { FunnelQuestion, InsightGroup } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { useVocabulary } from "@/shared/i18n/vocabulary";
import { insightTexts, type InsightTexts } from "./insight-texts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A length of time as people say it. */
export function lengthWords(ms: number, t: InsightTexts): string {
  const say = (value: number, unit: string) => `${Math.round(value * 10) / 10} ${unit}`;
  if (ms < MINUTE) return t.durations.ms;
  if (ms < HOUR) return say(ms / MINUTE, t.durations.minutes);
  return ms < 2 * DAY ? say(ms / HOUR, t.durations.hours) : say(ms / DAY, t.durations.days);
}

/** What things in answers are called. */
export function useWords() {
  const t = useTexts(insightTexts);
  const vocabulary = useVocabulary();
  const event = (name: string) => (name === "" ? t.others : vocabulary.say("events", name));
  return {
    t,
    event,
    length: (ms: number) => lengthWords(ms, t),
    group: (group: InsightGroup) =>
      group.kind === "value" ? group.label || group.key : group.kind === "other" ? t.other : t.missing,
    step: (step: FunnelQuestion["steps"][number]) =>
      step.events.map((match) => event(match.event)).join(` ${t.or} `),
    reason: (name: string) => vocabulary.say("reasons", name),
    channel: (name: string) => vocabulary.say("channels", name),
  };
}
