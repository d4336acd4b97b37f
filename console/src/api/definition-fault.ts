import type { ApiError } from "./client";

export interface DefinitionFault {
  /** Where in the definition: `of.1.count`, `steps.0.body`; empty for the whole. */
  path: string;
  reason: string;
}

/** What the server finds wrong with a definition, in one language; null when it refuses for another reason. */
export function definitionFault(error: ApiError, language: "zh" | "en"): DefinitionFault | null {
  if (error.code !== "invalid_definition") return null;
  const { path, reason, reason_zh: reasonZh } = error.fields;
  const words = language === "zh" ? (reasonZh ?? reason) : reason;
  return {
    path: typeof path === "string" ? path : "",
    reason: typeof words === "string" ? words : error.message,
  };
}
