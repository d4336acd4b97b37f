import { createContext, useContext } from "react";
import type { JourneyFault, NodeKind } from "@/api/journey-document";
import type { Spot } from "../journey-draft";
import type { Wording } from "../node-summary";
import type { Mark } from "./flow-elements";

/** How many are at a node and have been through it. */
export interface NodeNumbers {
  resting: number;
  passed: number;
  faulted: number;
}

/** What an author may do from the canvas itself. */
export interface CanvasEditing {
  kinds: readonly NodeKind[];
  onInsert: (spot: Spot, kind: NodeKind) => void;
  onDisconnect: (spot: Spot) => void;
}

/** What the parts of the canvas show beside the document. */
export interface CanvasShown {
  wording: Wording;
  editing: CanvasEditing | null;
  faults: ReadonlyMap<string, readonly JourneyFault[]>;
  numbers: ReadonlyMap<string, NodeNumbers> | null;
  /** How many went which way, by `<key>:<port>`. */
  passages: ReadonlyMap<string, number> | null;
  marks: ReadonlyMap<string, Mark> | null;
}

export const CanvasContext = createContext<CanvasShown | null>(null);

export function useCanvas(): CanvasShown {
  const shown = useContext(CanvasContext);
  if (!shown) throw new Error("this is drawn on a canvas only");
  return shown;
}
