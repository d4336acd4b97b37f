import type { MaterialKind, ScriptStage } from "@/api/types";

/** In the order of a talk. */
export const STAGES: readonly ScriptStage[] = [
  "ice_break",
  "warm_up",
  "need_finding",
  "objection",
  "close",
  "service",
  "other",
];

export const KINDS: readonly MaterialKind[] = ["article", "image", "link", "file", "miniprogram", "text"];
