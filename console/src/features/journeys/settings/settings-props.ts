import type { JourneyDocument } from "@/api/journey-document";
import type { FaultOf } from "../edit-context";

/** What each part of the settings is given. */
export interface SettingsProps {
  document: JourneyDocument;
  /** By the path in the document: `triggers.0.segment_id`. */
  faultOf: FaultOf;
  onChange: (part: Partial<JourneyDocument>) => void;
}

/** The list with one of its items changed. */
export const withItem = <T>(list: readonly T[], at: number, item: T): T[] =>
  list.map((each, index) => (index === at ? item : each));

export const withoutItem = <T>(list: readonly T[], at: number): T[] =>
  list.filter((_, index) => index !== at);
