import type { EstimateCondition, EventCondition, LeafCondition } from "@/api/types";
import { channelFor, type Book } from "./book";
import type { EntryName, GroupName } from "./catalogue-texts";

const firstOf = (names: readonly string[], known: readonly { name: string }[]) =>
  names.find((name) => known.some((each) => each.name === name)) ?? known[0]?.name ?? names[0] ?? "";

const bought = (book: Book) => firstOf(["order_paid", "order_completed"], book.events);
const looked = (book: Book) => firstOf(["product_viewed", "page_viewed"], book.events);
const addedToCart = (book: Book) => firstOf(["cart_added", "product_added"], book.events);

const days = (amount: number) => ({ amount, unit: "day" as const });
const lastDays = (amount: number) => ({ kind: "rolling" as const, most: days(amount), least: null });

const did = (event: string, change: Partial<EventCondition> = {}): EventCondition => ({
  kind: "event",
  event,
  operator: "at_least",
  value: 1,
  measure: "count",
  property: null,
  where: [],
  window: null,
  ...change,
});

const estimate = (
  model: EstimateCondition["model"],
  name: string,
  operator: EstimateCondition["operator"],
  value: number,
): EstimateCondition => ({ kind: "estimate", model, name, operator, value });

const match = (event: string) => ({ event, where: [] });
const first = (event: string) => ({ ...match(event), within: null, without: [], is_absent: false });

function figureOf(book: Book, event: string): string {
  const figures = book.events
    .find(({ name }) => name === event)
    ?.properties.filter(({ types }) => types.includes("number"));
  return figures ? firstOf(["total_fen"], figures) : "total_fen";
}

/** New rows, each filled so far as it can be. */
const makers: Record<EntryName, (book: Book) => LeafCondition> = {
  did: (book) => did(bought(book)),
  didNot: (book) => did(bought(book), { operator: "exactly", value: 0, window: lastDays(30) }),
  sum: (book) => did(bought(book), { measure: "sum", property: figureOf(book, bought(book)), value: 0 }),
  acted: () => ({ kind: "acted", window: lastDays(30) }),
  moment: (book) => ({ kind: "moment", event: bought(book), which: "last", window: lastDays(30), where: [] }),
  eventValue: (book) => ({
    kind: "event_value",
    event: bought(book),
    which: "first",
    property: "",
    operator: "is",
    value: "",
    where: [],
    window: null,
  }),
  attribute: (book) => ({
    kind: "attribute",
    name: firstOf(["city"], book.attributes),
    operator: "is",
    value: "",
  }),
  identity: () => ({ kind: "identity", identities: [] }),
  entry: () => ({ kind: "entry", channels: [] }),
  tag: () => ({ kind: "tag", tag_ids: [], operator: "any_of" }),
  sequence: (book) => ({
    kind: "sequence",
    steps: [first(looked(book)), { ...first(addedToCart(book)), within: days(7) }],
    same: null,
    window: null,
  }),
  abandoned: (book) => ({
    kind: "sequence",
    steps: [first(addedToCart(book)), { ...first(bought(book)), within: days(1), is_absent: true }],
    same: null,
    window: lastDays(30),
  }),
  regular: (book) => ({
    kind: "regular",
    event: bought(book),
    periods: 4,
    at_least: 3,
    unit: "week",
    where: [],
  }),
  resumed: (book) => ({ kind: "resumed", event: bought(book), within: days(7), after: days(60), where: [] }),
  stopped: (book) => ({
    kind: "stopped",
    event: bought(book),
    since: days(30),
    before: days(90),
    at_least: 2,
    where: [],
  }),
  birthday: () => ({
    kind: "anniversary",
    attribute: "birthday",
    event: null,
    which: "first",
    where: [],
    from_days: 0,
    to_days: 7,
  }),
  anniversary: (book) => ({
    kind: "anniversary",
    attribute: null,
    event: bought(book),
    which: "first",
    where: [],
    from_days: -3,
    to_days: 3,
  }),
  upcoming: (book) => ({
    kind: "attribute",
    name: book.attributes.find(({ types }) => types.includes("day"))?.name ?? "",
    operator: "in_next_days",
    value: 30,
  }),
  keeper: () => ({ kind: "keeper", staff_ids: [] }),
  unit: () => ({ kind: "unit", unit_ids: [] }),
  consent: (book) => ({
    kind: "consent",
    purpose: book.purposes[0]?.name ?? "marketing",
    state: "allowed",
    channel: channelFor(book.purposes, book.purposes[0]?.name ?? "", null),
  }),
  segment: () => ({ kind: "segment", segment_id: 0 }),
  list: () => ({ kind: "list", list_id: 0 }),
  sample: () => ({ kind: "sample", name: "", from_percent: 0, to_percent: 10 }),
  rfm: () => ({ kind: "rfm", scheme_id: 0, cells: [] }),
  stage: () => ({ kind: "stage", ladder_id: 0, stages: [] }),
  alive: () => estimate("value", "p_alive", "less_than", 0.3),
  worth: () => estimate("value", "expected_value_fen", "at_least", 50_000),
  scene: () => estimate("scene", "best_hour", "is", 20),
};

export const newCondition = (entry: EntryName, book: Book): LeafCondition => makers[entry](book);

export const catalogue: readonly { group: GroupName; entries: readonly EntryName[] }[] = [
  { group: "event", entries: ["did", "didNot", "acted", "sum", "moment", "eventValue"] },
  { group: "attribute", entries: ["attribute", "identity", "entry"] },
  { group: "tag", entries: ["tag"] },
  { group: "sequence", entries: ["sequence", "abandoned"] },
  { group: "rhythm", entries: ["regular", "resumed", "stopped"] },
  { group: "time", entries: ["birthday", "anniversary", "upcoming"] },
  { group: "organisation", entries: ["keeper", "unit"] },
  { group: "consent", entries: ["consent"] },
  { group: "set", entries: ["segment", "list"] },
  { group: "sample", entries: ["sample"] },
  { group: "value", entries: ["rfm", "stage", "alive", "worth"] },
  { group: "scene", entries: ["scene"] },
];
