import type { AttributionQuestion, FunnelQuestion, InsightGroup } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { useVocabulary } from "@/shared/i18n/vocabulary";
import { attributionTexts } from "./attribution-texts";
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
  const { models } = useTexts(attributionTexts);
  const vocabulary = useVocabulary();
  const group = (group: InsightGroup) =>
    group.kind === "value" ? group.label || group.key : group.kind === "other" ? t.other : t.missing;
  const event = (name: string) => (name === "" ? t.others : vocabulary.say("events", name));
  return {
    t,
    event,
    length: (ms: number) => lengthWords(ms, t),
    group,
    models,
    /** A channel of attribution; one that is named after its event is called what the event is called. */
    touched: ({ touches }: AttributionQuestion, channel: InsightGroup) => {
      const isEvent = touches.some(
        ({ of, name, property }) => !property && name === of.event && name === channel.key,
      );
      return channel.kind === "value" && isEvent ? event(channel.key) : group(channel);
    },
    step: (step: FunnelQuestion["steps"][number]) =>
      step.events.map((match) => event(match.event)).join(` ${t.or} `),
    reason: (name: string) => vocabulary.say("reasons", name),
    channel: (name: string) => vocabulary.say("channels", name),
  };
}
