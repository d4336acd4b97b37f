import type { ImportLook, ImportPlan, ImportReading } from "@/api/types";

export const KINDS = ["orders", "customers", "events", "costs"] as const;
export type Kind = (typeof KINDS)[number];

export const IDENTITY_KINDS = [
  "member_id",
  "phone",
  "email",
  "user_id",
  "unionid",
  "openid",
  "external_userid",
  "anonymous_id",
] as const;
export type IdentityKind = (typeof IDENTITY_KINDS)[number];

export const VALUE_TYPES = ["auto", "text", "number", "yes_no", "day"] as const;
export type ValueType = (typeof VALUE_TYPES)[number];

/** Channels in which a consent can be declared before there is any customer in them. */
export const CHANNELS = ["sms", "mail", "wecom", "webhook"] as const;

/** What one column of a file of customers says. */
export type Meaning =
  | { role: "nothing" }
  | { role: "first_seen_at" }
  | { role: "lead_note" }
  | { role: "identity"; kind: string }
  | { role: "attribute"; name: string; type: ValueType }
  | { role: "consent"; channel: string };

/** How a file is going to be imported, as it stands on the page: columns that are not chosen yet are null. */
export interface Draft {
  kind: Kind;
  customer: string | null;
  customerKind: string;
  orders: {
    orderId: string | null;
    paidAt: string | null;
    total: string | null;
    quantity: string | null;
    currency: string;
    shop: string;
  };
  events: { at: string | null; event: string | null; eventName: string; messageId: string | null };
  costs: {
    spentOn: string | null;
    amount: string | null;
    channel: string | null;
    campaign: string | null;
    content: string | null;
    note: string | null;
    costKey: string | null;
    channelName: string;
    currency: string;
  };
  meanings: Readonly<Record<string, Meaning>>;
  channels: readonly string[];
  /** Where the leads come from that the customers of the file become; none where it is empty. */
  leadSource: string;
  sourceName: string;
  zone: string;
  atFormat: string;
}

/** What every part of the mapping works on. */
export interface MappingProps {
  look: ImportLook;
  draft: Draft;
  onChange: (change: Partial<Draft>) => void;
}

function meaningsOf(look: ImportLook): Record<string, Meaning> {
  const { customers } = look.guess;
  const meanings = Object.fromEntries(
    look.columns.map((column): [string, Meaning] => [column, { role: "nothing" }]),
  );
  for (const { column, kind } of customers.identities) meanings[column] = { role: "identity", kind };
  for (const { column, name, type } of customers.attributes)
    meanings[column] = { role: "attribute", name, type };
  for (const { column, channel } of customers.consents) meanings[column] = { role: "consent", channel };
  if (customers.first_seen_at) meanings[customers.first_seen_at] = { role: "first_seen_at" };
  return meanings;
}

/** The draft that a look into the file suggests. */
export function suggestedDraft(look: ImportLook, fileName: string, zone: string, currency: string): Draft {
  const { guess } = look;
  const who = guess.kind === "events" ? guess.events : guess.orders;
  return {
    kind: guess.kind,
    customer: who.customer,
    customerKind: who.customer_kind,
    orders: {
      orderId: guess.orders.order_id,
      paidAt: guess.orders.paid_at,
      total: guess.orders.total,
      quantity: guess.orders.quantity,
      currency,
      shop: "default",
    },
    events: {
      at: guess.events.at,
      event: guess.events.event,
      eventName: "",
      messageId: guess.events.message_id,
    },
    costs: {
      spentOn: guess.costs.spent_on,
      amount: guess.costs.amount,
      channel: guess.costs.channel,
      campaign: guess.costs.campaign,
      content: guess.costs.content,
      note: guess.costs.note,
      costKey: guess.costs.cost_key,
      channelName: "",
      currency,
    },
    meanings: meaningsOf(look),
    channels: [],
    leadSource: "",
    sourceName: fileName,
    zone,
    atFormat: "",
  };
}

function customerMapping(draft: Draft): Extract<ImportPlan["mapping"], { kind: "customers" }> | null {
  const entries = Object.entries(draft.meanings);
  const identities = entries.flatMap(([column, meaning]) =>
    meaning.role === "identity" ? [{ column, kind: meaning.kind }] : [],
  );
  if (identities.length === 0) return null;
  return {
    kind: "customers",
    identities,
    attributes: entries.flatMap(([column, meaning]) =>
      meaning.role === "attribute"
        ? [{ column, name: meaning.name.trim() || column, type: meaning.type }]
        : [],
    ),
    consents: entries.flatMap(([column, meaning]) =>
      meaning.role === "consent" ? [{ column, channel: meaning.channel }] : [],
    ),
    first_seen_at: entries.find(([, meaning]) => meaning.role === "first_seen_at")?.[0] ?? null,
    consent_channels: [...draft.channels],
    lead_source: draft.leadSource.trim(),
    lead_note: draft.leadSource.trim()
      ? (entries.find(([, meaning]) => meaning.role === "lead_note")?.[0] ?? null)
      : null,
  };
}

function costMapping({ costs }: Draft): ImportPlan["mapping"] | null {
  if (!costs.spentOn || !costs.amount) return null;
  return {
    kind: "costs",
    spent_on: costs.spentOn,
    amount: costs.amount,
    channel: costs.channel,
    campaign: costs.campaign,
    content: costs.content,
    note: costs.note,
    cost_key: costs.costKey,
    channel_name: costs.channel ? "" : costs.channelName.trim(),
    currency: costs.currency,
  };
}

function mappingOf(draft: Draft): ImportPlan["mapping"] | null {
  const { customer, customerKind, orders, events } = draft;
  if (draft.kind === "customers") return customerMapping(draft);
  if (draft.kind === "costs") return costMapping(draft);
  if (!customer) return null;
  if (draft.kind === "orders") {
    if (!orders.paidAt || !orders.total) return null;
    return {
      kind: "orders",
      customer,
      customer_kind: customerKind,
      paid_at: orders.paidAt,
      total: orders.total,
      order_id: orders.orderId,
      quantity: orders.quantity,
      currency: orders.currency.trim().toUpperCase(),
      shop: orders.shop.trim(),
      consent_channels: [...draft.channels],
    };
  }
  if (!events.at || (!events.event && !events.eventName.trim())) return null;
  return {
    kind: "events",
    customer,
    customer_kind: customerKind,
    at: events.at,
    event: events.event,
    event_name: events.event ? null : events.eventName.trim(),
    message_id: events.messageId,
  };
}

/** The plan that the draft comes to, or null while something that is needed is missing. */
export function planOf(draft: Draft, reading: ImportReading): ImportPlan | null {
  const mapping = mappingOf(draft);
  if (!mapping || !draft.sourceName.trim()) return null;
  return {
    source_name: draft.sourceName.trim(),
    zone: draft.zone,
    at_format: draft.atFormat.trim() || null,
    reading,
    mapping,
  };
}
