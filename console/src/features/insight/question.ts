import type { InsightGroup, InsightSpot, Question, QuestionKind } from "@/api/types";
import { propertiesOf, type Book } from "@/shared/conditions/book";

export const KINDS: readonly QuestionKind[] = [
  "funnel",
  "retention",
  "paths",
  "lifecycle",
  "stickiness",
  "completion",
  "sends",
  "attribution",
];

export const isKind = (text: string | undefined): text is QuestionKind =>
  KINDS.includes(text as QuestionKind);

type Match = { event: string; where: [] };

/** The first of these names that the data has, else the first name there is. */
function pick(book: Book, ...names: string[]): Match {
  const known = book.events.map(({ name }) => name);
  return { event: names.find((name) => known.includes(name)) ?? known[0] ?? names[0] ?? "", where: [] };
}

const last = (amount: number, unit: "day" | "week" | "month" = "day") =>
  ({ kind: "last", amount, unit }) as const;

const CONTENT = ["lesson_id", "article_id", "content_id", "title"] as const;

/** What is opened and finished, and the first name of the content that both tell of. */
function contentOf(book: Book) {
  const opened = pick(book, "lesson_opened", "article_read", "content_read");
  const finished = pick(book, "lesson_finished", "share_sent");
  const tells = ({ event }: Match, name: string) =>
    propertiesOf(book, event).some((property) => property.name === name);
  const property = CONTENT.find((name) => tells(opened, name) && tells(finished, name)) ?? CONTENT[0];
  return { opened, finished, property };
}

const WAY = [
  ["product_viewed", "page_viewed"],
  ["cart_added", "product_added"],
  ["order_paid", "order_completed"],
  ["lesson_finished"],
] as const;

/** The steps of a customer's way that the data tells of, under the first of their names that it has. */
function wayIn(book: Book): Match[] {
  const known = new Set(book.events.map(({ name }) => name));
  const told = WAY.flatMap((names) => names.filter((name) => known.has(name)).slice(0, 1));
  const steps = told.length > 1 ? told : WAY.slice(0, 3).map(([name]) => name);
  return steps.map((event) => ({ event, where: [] }));
}

/** The question that each kind begins with. */
export function firstQuestion(kind: QuestionKind, book: Book): Question {
  const seen = pick(book, "product_viewed", "page_viewed");
  const paid = pick(book, "order_paid", "order_completed");
  switch (kind) {
    case "funnel":
      return {
        kind,
        steps: wayIn(book).map((match) => ({ events: [match], without: [] })),
        window: { amount: 7, unit: "day" },
        period: last(30),
        order: "ordered",
        grain: "day",
      };
    case "retention":
      return {
        kind,
        start: [paid],
        back: [],
        period: last(12, "week"),
        first: "period",
        grain: "week",
        how: "on",
        offsets: 8,
        brackets: [],
      };
    case "paths":
      return {
        kind,
        anchor: seen,
        period: last(30),
        direction: "from",
        events: [],
        steps: 4,
        top: 6,
        collapse: true,
        gap: { amount: 30, unit: "minute" },
      };
    case "lifecycle":
      return { kind, period: last(12, "week"), events: [], grain: "week" };
    case "stickiness":
      return { kind, period: last(30), events: [], of_days: 30 };
    case "completion":
      return {
        kind,
        ...contentOf(book),
        period: last(90),
        window: { amount: 30, unit: "day" },
        top: 20,
      };
    case "attribution": {
      const touch = (match: Match, property: string | null) => ({ of: match, name: match.event, property });
      return {
        kind,
        conversion: paid,
        value: "total_fen",
        touches: [touch(seen, null), touch(pick(book, "message_clicked"), null)],
        period: last(30),
        window: { amount: 30, unit: "day" },
        half_life: { amount: 7, unit: "day" },
      };
    }
    case "sends":
      return { kind, period: last(90), by: "journey", converted: [paid], window: { amount: 7, unit: "day" } };
  }
}

/** A question in an address, and back; null for what is none. */
export const written = (question: Question) => JSON.stringify(question);

export function readQuestion(text: string | null, kind: QuestionKind): Question | null {
  if (!text) return null;
  try {
    const found: unknown = JSON.parse(text);
    const isOurs = typeof found === "object" && found !== null && "kind" in found && found.kind === kind;
    return isOurs ? (found as Question) : null;
  } catch {
    return null;
  }
}

const inOneSpelling = (_: string, value: unknown): unknown => {
  if (value === null) return undefined;
  if (typeof value !== "object" || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
};

/** Whether two ask the same: the order of their fields says nothing, and what is null is as good as not there. The server
 * spells a question in a way of its own. */
export const isSame = (one: Question, other: Question) =>
  JSON.stringify(one, inOneSpelling) === JSON.stringify(other, inOneSpelling);

/** A place in an answer, and what its customers are called. */
export interface Chosen {
  spot: InsightSpot;
  title: string;
}

export type Choose = (chosen: Chosen) => void;

export const spotOf = (spot: Partial<InsightSpot>): InsightSpot => ({ dropped: false, ...spot });

export const groupKey = ({ kind, key }: InsightGroup) => ({ kind, key });
