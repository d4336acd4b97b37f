import { ApiError } from "@/api/client";
import type { importsTexts } from "./imports-texts";

type Faults = (typeof importsTexts)["zh"]["faults"];

const isKnown = (word: unknown, faults: Faults): word is keyof Faults =>
  typeof word === "string" && word in faults;

/** What is wrong with a file, in words for whoever made it; null where the error is of another kind. */
export function faultOf(error: Error, faults: Faults): string | null {
  if (!(error instanceof ApiError)) return null;
  const { why } = error.fields;
  if (isKnown(why, faults)) return faults[why];
  return isKnown(error.code, faults) ? faults[error.code] : null;
}

/** The same for an import that has failed: the server keeps the code and its English sentence. */
export function keptFault(code: string | null, message: string | null, faults: Faults): string {
  if (isKnown(code, faults)) return faults[code];
  return message ?? "";
}
