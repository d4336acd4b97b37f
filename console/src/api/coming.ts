import { answerOf, client } from "./client";
type Call = (path: string, init: object) => Promise<{ data?: unknown; error?: unknown; response: Response }>;
const loose = client as unknown as { GET: Call; POST: Call; PUT: Call; DELETE: Call };
export const get = <T>(path: string, query: object, signal?: AbortSignal) =>
  answerOf(loose.GET(path, { params: { query }, signal }) as Promise<{ data?: T; response: Response }>);
export const send = <T>(method: "POST" | "PUT" | "DELETE", path: string, body?: object) =>
  answerOf(loose[method](path, { body }) as Promise<{ data?: T; response: Response }>);

export interface SizeAt {
  at: string;
  size: number;
  entered: number;
  exited: number;
}
export interface Overlap {
  segments: { segment_id: number; name: string; size: number }[];
  parts: { in: number[]; count: number }[];
}
export interface Explained {
  kind: string;
  holds: boolean;
  sentence_zh: string;
  sentence_en: string;
  observed_zh: string | null;
  observed_en: string | null;
  of: Explained[];
}
export interface SegmentExport {
  export_id: number;
  segment_id: number;
  segment_name: string;
  format: "csv" | "xlsx" | "parquet";
  columns: string[];
  state: "waiting" | "running" | "done" | "failed";
  rows_total: number | null;
  rows_done: number;
  asked_at: string;
}
export interface UsedBy {
  definition_id: number;
  kind: string;
  name: string;
}
export interface ListRow {
  list_id: number;
  name: string;
  size: number;
  used_by: UsedBy[];
  created_at: string;
  changed_at: string;
}
export interface ListChanged {
  added: number;
  removed: number;
  size: number;
  rows: number;
  found: number;
  unknown: number;
  doubled: number;
  column: string | null;
  identity_kind: string | null;
}
export interface SegmentSince {
  segment_id: number;
  name: string;
  since: string | null;
}
export interface NamedValues {
  name: string;
  types: string[];
  examples: (string | number | boolean)[];
}
export interface SegmentVocabulary {
  attributes: NamedValues[];
  events: { name: string; count: number; properties: NamedValues[] }[];
  entry_channels: string[];
  identity_kinds: string[];
  purposes: { name: string; by_channel: boolean }[];
  channels: string[];
}
