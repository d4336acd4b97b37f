import type { LeadRules } from "@/api/types";

type Stages = LeadRules["stages"];

/** Stages as one writes them: one a line, key and name. */
export const stagesText = (stages: Stages) => stages.map((each) => `${each.key} ${each.name}`).join("\n");

/** And back; a line without a key gets one of its place. */
export const stagesOf = (text: string): Stages =>
  linesOf(text).map((line, place) => {
    const found = /^([a-z][a-z0-9_]*)\s+(.+)$/.exec(line);
    return found?.[1] && found[2]
      ? { key: found[1], name: found[2] }
      : { key: `stage_${place + 1}`, name: line };
  });

/** The lines of a text that say something. */
export const linesOf = (text: string) =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
