import type { DefinitionFault } from "@/api/definition-fault";
import type { ExperimentDefinition } from "@/api/types";
import { below } from "@/shared/conditions/edit-tree";

/** What the parts of the editor are given. */
export interface PartProps {
  definition: ExperimentDefinition;
  fault: DefinitionFault | null;
  disabled: boolean;
  set: (change: Partial<ExperimentDefinition>) => void;
}

/** Whether the fault lies there or below. */
export const isAt = (fault: DefinitionFault | null, path: string) =>
  below(fault?.path ?? null, path) !== null;
