import type { Condition } from "@/api/types";

/** How many conditions stand in it. */
export function countConditions(condition: Condition | null): number {
  if (!condition) return 0;
  if (condition.kind === "not") return countConditions(condition.of);
  if (condition.kind === "all" || condition.kind === "any")
    return condition.of.reduce((sum, each) => sum + countConditions(each), 0);
  return 1;
}
