import type { QueryKey } from "@tanstack/react-query";

/** Where this window hears that something has changed; see `shared/live`. */
export const livePath = "/api/live";

const SLOW_MS = 15_000;
let isHearing = false;

/** Whether the server tells this window of changes just now. */
export function setHearing(next: boolean) {
  isHearing = next;
}

/** How often to ask for what the server tells of: seldom while it does, as often as `ms` says while it cannot be heard. */
export const paced = (ms: number): number => (isHearing ? Math.max(ms, SLOW_MS) : ms);

/** Which questions are asked again when a topic has changed. They are asked only where a page shows their answers. */
export const questionsOf: Readonly<Partial<Record<string, readonly QueryKey[]>>> = {
  definitions: [
    ["segments"],
    ["segment"],
    ["journeys"],
    ["journey"],
    ["sends"],
    ["send"],
    ["codes"],
    ["code"],
    ["forms"],
    ["form"],
    ["plans"],
    ["plan"],
    ["experiments"],
    ["reviews"],
    ["review"],
    ["lists"],
    ["posts"],
    ["materials"],
    ["scripts"],
    ["service-rules"],
    ["questions"],
    ["sql", "statements"],
    ["reports", "list"],
    ["dashboards", "list"],
    ["metrics", "list"],
    ["tag-rules"],
    ["rfm-choices"],
    ["ladder-choices"],
    ["setup", "steps"],
    ["work"],
  ],
  imports: [["imports"], ["import"], ["costs", "imports"], ["work"]],
  segments: [["segments"], ["segment"], ["lists"], ["list"], ["send-preview"]],
  exports: [["segment-exports"], ["privacy"]],
  journeys: [
    ["journeys"],
    ["journey"],
    ["journey-numbers"],
    ["journey-entries"],
    ["journey-replay"],
    ["journey-training"],
    ["work"],
  ],
  sends: [
    ["sends"],
    ["send"],
    ["send-progress"],
    ["send-approvals"],
    ["send-packs"],
    ["customer-left-out"],
    ["posts"],
    ["work"],
  ],
  tasks: [["tasks"], ["reach", "hand-tasks"], ["work"]],
  leads: [["leads"]],
  alerts: [["metrics", "alerts"], ["work"]],
  reports: [["reports"], ["sql", "runs"]],
  privacy: [["privacy"], ["work"]],
  contacts: [["wecom-syncs"], ["wecom-members"], ["wecom-corps"], ["wecom-tag-groups"]],
  inheritances: [["inheritances"], ["inheritance"], ["handovers"]],
  service: [["conversations"], ["conversation"], ["service-messages"], ["work"]],
  tags: [["tag-groups"], ["tag-bulk"], ["tag-bulks"]],
  hooks: [["hooks"], ["hook-calls"]],
  bulks: [["customer-bulks"]],
  welcomes: [["group-welcomes"]],
  enquiries: [["enquiries"], ["work"]],
  // These change all the time; the server looks every few seconds whether they did.
  messages: [["customer-messages"], ["send-progress"]],
  entries: [["code-numbers"], ["form-statistics"], ["form-answers"]],
  stages: [["ladder-choices"], ["ladder-values"]],
  stores: [["stores"]],
  personas: [["personas"], ["persona"]],
  coupons: [["coupon-pools"], ["coupons"]],
  staff: [["staff"], ["units"]],
  keys: [["keys"]],
  groups: [["groups"], ["group"], ["group-members"]],
  connections: [["wecom-corps"], ["channels"], ["doctor"], ["setup", "steps"]],
};
