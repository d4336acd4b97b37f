import { rights, type Right } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import type { DeedKind } from "./deed-fields";

export type BulkAction = DeedKind | "send" | "segment" | "export";

/** What can be done, in the order of use, and the rights that each takes. */
const ACTIONS: readonly (readonly [BulkAction, readonly Right[]])[] = [
  ["tag", [rights.applyTags]],
  ["untag", [rights.applyTags]],
  ["journey", [rights.enterJourneys]],
  ["send", [rights.writeSends, rights.writeSegments, rights.publishSegments]],
  ["task", [rights.assignTasks]],
  ["lead", [rights.assignLeads]],
  ["custody", [rights.assignCustomers, rights.readCompany]],
  ["segment", [rights.writeSegments]],
  ["export", [rights.exportSegments]],
];

/** What whoever is logged in may do with many customers: nobody is chosen where it is nothing. */
export function useBulkActions(): readonly BulkAction[] {
  const may = useMay();
  return ACTIONS.filter(([, needed]) => needed.every(may)).map(([action]) => action);
}
