const PLACE = /\{\{([^{}|]*)(?:\|([^{}]*))?\}\}/g;

/** A place in a text, written `{{ name|朋友 }}`: the attribute that fills it, and what stands there for who has none. */
export interface Place {
  attribute: string;
  instead: string;
}

/** A text in its parts, as they stand. */
export function partsOf(text: string): (string | Place)[] {
  const parts: (string | Place)[] = [];
  let from = 0;
  for (const { 0: all, 1: attribute = "", 2: instead = "", index } of text.matchAll(PLACE)) {
    parts.push(text.slice(from, index), { attribute: attribute.trim(), instead: instead.trim() });
    from = index + all.length;
  }
  return [...parts, text.slice(from)].filter((part) => part !== "");
}

/** A text as it reads of whom nothing is known; where nothing is to stand instead, `say` says what the attribute is called. */
export const textOfAnybody = (text: string, say: (attribute: string) => string) =>
  partsOf(text)
    .map((part) => (typeof part === "string" ? part : part.instead || say(part.attribute)))
    .join("");
