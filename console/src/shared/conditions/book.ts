import { createContext, useContext } from "react";

/** A value as it stood somewhere, to be offered. */
export type Example = string | number | boolean;

/** A name that data brought: what types its values have, and some of them. */
export interface Named {
  name: string;
  types: readonly string[];
  examples: readonly Example[];
}

/** What customers are asked for; where it goes by channel, in which. */
export interface Purpose {
  name: string;
  byChannel: boolean;
  channels: readonly string[];
}

/** The names that a condition may use. Every field takes other names too: what is not there yet may come. */
export interface Book {
  attributes: readonly Named[];
  events: readonly { name: string; properties: readonly Named[] }[];
  entryChannels: readonly string[];
  identityKinds: readonly string[];
  purposes: readonly Purpose[];
}

export const emptyBook: Book = {
  attributes: [],
  events: [],
  entryChannels: [],
  identityKinds: [],
  purposes: [],
};

export const BookContext = createContext<Book>(emptyBook);

export const useBook = () => useContext(BookContext);

const NOBODY: readonly Named[] = [];

export const propertiesOf = (book: Book, event: string): readonly Named[] =>
  book.events.find(({ name }) => name === event)?.properties ?? NOBODY;

/** Money is kept in whole fen and typed in yuan. */
export const scaleOf = (name: string | null | undefined) => (name?.endsWith("_fen") ? 100 : 1);

/** The channel that a condition on a purpose is about: the one before where the purpose has it, none where it has none. */
export function channelFor(purposes: readonly Purpose[], name: string, before: string | null): string | null {
  const purpose = purposes.find((each) => each.name === name);
  if (!purpose) return before;
  if (!purpose.byChannel) return null;
  return before !== null && purpose.channels.includes(before) ? before : (purpose.channels[0] ?? null);
}
