import type { JourneyNode, NodeKind, NodeOf } from "@/api/journey-document";
import type { FaultOf } from "../edit-context";

/** What the form of one kind of node is given. */
export interface FormProps<K extends NodeKind> {
  node: NodeOf<K>;
  faultOf: FaultOf;
  onChange: (node: JourneyNode) => void;
}
