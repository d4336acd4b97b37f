import type { JourneyDocument } from "@/api/journey-document";
import type { Journey } from "@/api/journeys";
import type {
  Attributes,
  ConsentCell,
  ConsentMatrix,
  ConsentPurpose,
  Customer,
  CustomerRow,
  Key,
  MergeHistory,
  MergeRow,
  Preview,
  ReachRulesRow,
  Segment,
  SegmentVocabulary,
  Session,
  Summary,
} from "@/api/types";
import { rights } from "@/shared/session/rights";

export const aSession = (change: Partial<Session> = {}): Session => ({
  staff: {
    staff_id: 1,
    name: "林若溪",
    email: "lin@example.com",
    role: "admin",
    unit_id: 1,
    unit_name: "总部",
    is_active: true,
  },
  rights: Object.values(rights),
  csrf_token: "token-1",
  brand: { name: "山野集" },
  is_demo: true,
  ...change,
});

export const aSummary = (change: Partial<Summary> = {}): Summary => ({
  as_of: "2026-06-01T04:00:00Z",
  customers: 23570,
  new_customers_30d: 120,
  active_30d: 2357,
  buyers: 11785,
  repeat_buyers: 5000,
  repeat_rate: 0.424,
  orders: 69659,
  revenue_fen: 250031563,
  currency: "CNY",
  revenue_by_month: [{ month: "2026-05", orders: 10, buyers: 8, revenue_fen: 123400 }],
  rfm: [
    { cell: "important_value", customers: 30, revenue_fen: 9000000 },
    { cell: "general_retain", customers: 70, revenue_fen: 1000000 },
  ],
  scheme_id: 5,
  definitions: {
    customers: { zh: "合并身份之后的客户数", en: "Customers after merging identities" },
  },
  ...change,
});

export const aCustomerRow = (change: Partial<CustomerRow> = {}): CustomerRow => ({
  customer_id: 7,
  display_name: "王小明",
  contact_masked: "138****1234",
  city: "上海",
  first_seen_at: "2026-01-01T00:00:00Z",
  last_seen_at: "2026-05-30T00:00:00Z",
  orders: 2,
  revenue_fen: 25900,
  last_order_at: "2026-05-01T00:00:00Z",
  ...change,
});

export const aCustomer = (change: Partial<Customer> = {}): Customer => ({
  ...aCustomerRow(),
  identities: [
    { profile_id: 3, kind: "phone", value_masked: "138****1234", first_seen_at: "2026-01-01T00:00:00Z" },
  ],
  attributes: { city: "上海" },
  erased_at: null,
  consents: [
    { channel: "webhook", purpose: "marketing", state: "granted", changed_at: "2026-05-01T00:00:00Z" },
  ],
  segments: [{ segment_id: 11, name: "沉默老客" }],
  journeys: [
    {
      journey_id: 21,
      name: "唤醒",
      state: "active",
      entry_id: 5,
      node: "wait_1",
      entered_at: "2026-05-01T00:00:00Z",
      ended_at: null,
    },
  ],
  average_order_fen: 12950,
  ...change,
});

export const aMergeRow = (change: Partial<MergeRow> = {}): MergeRow => ({
  merge_id: 31,
  is_split: false,
  winner_id: 7,
  loser_id: 8,
  cause: "link",
  actor_kind: "system",
  actor_name: null,
  reason: "",
  at: "2026-05-20T00:00:00Z",
  can_undo: true,
  moved: 1,
  identities: [{ profile_id: 8, kind: "anonymous_id", value_masked: "ab***yz" }],
  linked: [
    { profile_id: 7, kind: "phone", value_masked: "138****1234" },
    { profile_id: 8, kind: "anonymous_id", value_masked: "ab***yz" },
  ],
  ...change,
});

export const aMergeHistory = (...rows: MergeRow[]): MergeHistory => ({ customer_id: 7, rows });

const aPurpose = (name: string, needsConsent: boolean, byChannel: boolean): ConsentPurpose => ({
  name,
  needs_consent: needsConsent,
  by_channel: byChannel,
  zh: `${name} 的含义`,
  en: `what ${name} means`,
});

const aCell = (purpose: string, channel: string, allowed: boolean, state: ConsentCell["state"] = null) => ({
  purpose,
  channel,
  is_allowed: allowed,
  state,
  changed_at: state ? "2026-05-01T00:00:00Z" : null,
});

export const aConsentMatrix = (change: Partial<ConsentMatrix> = {}): ConsentMatrix => ({
  customer_id: 7,
  purposes: [
    aPurpose("marketing", true, true),
    aPurpose("service", false, true),
    aPurpose("profiling", false, false),
    aPurpose("partner_sharing", true, false),
  ],
  cells: [
    aCell("marketing", "*", true),
    aCell("marketing", "sms", true, "granted"),
    aCell("service", "*", true),
    aCell("service", "sms", true),
    aCell("profiling", "*", false, "withdrawn"),
    aCell("partner_sharing", "*", false),
  ],
  ...change,
});

export const someNames: Attributes = {
  attributes: [
    { name: "city", kind: "text" },
    { name: "age", kind: "number" },
  ],
  events: [
    {
      name: "order_paid",
      properties: [
        { name: "total_fen", kind: "number" },
        { name: "order_id", kind: "text" },
      ],
    },
    { name: "page_viewed", properties: [] },
  ],
};

export const someVocabulary: SegmentVocabulary = {
  attributes: [
    { name: "city", types: ["text"], examples: ["上海", "杭州"] },
    { name: "age", types: ["number"], examples: [30] },
    { name: "birthday", types: ["day"], examples: [] },
    { name: "hobbies", types: ["list"], examples: [] },
  ],
  events: [
    {
      name: "order_paid",
      count: 900,
      properties: [
        { name: "total_fen", types: ["number"], examples: [] },
        { name: "order_id", types: ["text"], examples: [] },
        { name: "shop", types: ["text"], examples: ["静安店"] },
      ],
    },
    {
      name: "cart_added",
      count: 500,
      properties: [{ name: "shop", types: ["text"], examples: ["静安店"] }],
    },
    { name: "page_viewed", count: 300, properties: [] },
  ],
  entry_channels: ["miniprogram", "store"],
  identity_kinds: ["phone", "openid"],
  purposes: [
    { purpose: "marketing", by_channel: true, channels: ["sms", "wecom"] },
    { purpose: "profiling", by_channel: false, channels: [] },
  ],
};

export const aSegment = (change: Partial<Segment> = {}): Segment => ({
  segment_id: 11,
  is_made_elsewhere: false,
  name: "沉默老客",
  status: "live",
  version: 2,
  size: 4120,
  refreshed_at: "2026-06-01T03:59:00Z",
  sentence_zh: "购买过至少 2 次",
  sentence_en: "Bought at least twice",
  updated_at: "2026-05-30T00:00:00Z",
  definition: {
    kind: "all",
    of: [
      {
        kind: "event",
        event: "order_paid",
        operator: "at_least",
        value: 2,
        measure: "count",
        property: null,
        where: [],
        window: null,
      },
      {
        kind: "moment",
        event: "order_paid",
        which: "last",
        window: { kind: "rolling", most: null, least: { amount: 90, unit: "day" } },
        where: [],
      },
    ],
  },
  draft_definition: null,
  revision: 5,
  building: false,
  used_by: [],
  ...change,
});

export const aPreview = (change: Partial<Preview> = {}): Preview => ({
  count: 4120,
  total: 23570,
  elapsed_ms: 84.2,
  sentence_zh: "购买过至少 2 次，且超过 90 天没有购买",
  sentence_en: "Bought at least twice, and not for more than 90 days",
  sample: [aCustomerRow()],
  ...change,
});

export const aJourneyDocument: JourneyDocument = {
  subject: "customer",
  targets: null,
  triggers: [{ kind: "segment_entered", segment_id: 11, include_members: true }],
  nodes: [
    { key: "wait_1", name: null, kind: "wait", minutes: 4320, next: "message_1" },
    {
      key: "message_1",
      name: null,
      kind: "message",
      channel: "webhook",
      title: "好久不见",
      body: "{{ name|朋友 }}，回来看看",
      link_url: "https://shop.example.com/back",
      fallbacks: [],
      fall_back_after_hours: null,
      purpose: "marketing",
      attachments: [],
      overrides: {},
      persona_id: null,
      expires_after_hours: null,
      experiment_id: null,
      variants: [],
      next: null,
    },
  ],
  start: "wait_1",
  goals: [],
  exits: [],
  re_entry: { mode: "never", after_days: 0, times_max: null },
  lane: null,
  priority: 5,
  hold_out: 0,
  on_new_version: "keep",
  layout: {},
  goal_text: "",
};

export const aJourney = (change: Partial<Journey> = {}): Journey => ({
  journey_id: 21,
  is_made_elsewhere: false,
  name: "唤醒",
  status: "running",
  subject: "customer",
  version: 1,
  revision: 3,
  entered: 100,
  exited: 0,
  held: 3,
  active: 38,
  paused: 2,
  completed: 60,
  goals: 25,
  passed_over: 0,
  sent: 80,
  delivered: 78,
  failed: 2,
  clicked: 20,
  updated_at: "2026-05-30T00:00:00Z",
  definition: aJourneyDocument,
  draft_definition: null,
  ...change,
});

export const aKey = (change: Partial<Key> = {}): Key => ({
  key_id: 3,
  name: "官网埋点",
  kind: "write",
  prefix: "siyu_w_8Kd2",
  created_at: "2026-05-01T00:00:00Z",
  last_used_at: null,
  revoked_at: null,
  ...change,
});

export const reachRules: ReachRulesRow = {
  rules: {
    limits: { per_day: 2 },
    channels: {},
    quiet: { start: "21:00", end: "09:00" },
    choosing: "author",
    approval_above: 1000,
    wecom_quota: "daily",
    confirming: { contents_per_day: 10, seconds: 30, remind_after_hours: 3, reminders_max: 2 },
  },
  version: 0,
  set_at: null,
  stranded: [
    { name: "mail", waiting: 12, since: "2026-06-01T02:00:00Z", hours: { marketing: 24, service: 6 } },
  ],
  channels: [
    {
      name: "webhook",
      cost_fen: 0,
      by_staff: false,
      may_be_unsure: false,
      numbers: { let_through_today: 66, got_through: 90, failed: 10 },
    },
    {
      name: "sms",
      cost_fen: 5,
      by_staff: false,
      may_be_unsure: true,
      numbers: { let_through_today: 0, got_through: 0, failed: 0 },
    },
  ],
};
