import type { ScriptStage } from "@/api/types";

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

/** What the steps of a talk are called, for the texts of whoever shows them. */
export const stageWords: Record<"zh" | "en", Record<ScriptStage, string>> = {
  zh: {
    ice_break: "破冰",
    warm_up: "升温",
    need_finding: "挖需",
    objection: "异议",
    close: "促单",
    service: "服务",
    other: "其他",
  },
  en: {
    ice_break: "Ice-break",
    warm_up: "Warm-up",
    need_finding: "Needs",
    objection: "Objection",
    close: "Close",
    service: "Service",
    other: "Other",
  },
};
