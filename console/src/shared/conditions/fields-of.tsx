import type { LeafCondition } from "@/api/types";
import type { FieldsProps } from "./fields/basics";
import { ActedFields } from "./kinds/acted";
import { AnniversaryFields } from "./kinds/anniversary";
import { AttributeFields } from "./kinds/attribute";
import { ConsentFields } from "./kinds/consent";
import { EntryFields } from "./kinds/entry";
import { EstimateFields } from "./kinds/estimate";
import { EventFields } from "./kinds/event";
import { EventValueFields } from "./kinds/event-value";
import { IdentityFields } from "./kinds/identity";
import { KeeperFields } from "./kinds/keeper";
import { ListFields } from "./kinds/list";
import { MomentFields } from "./kinds/moment";
import { RegularFields } from "./kinds/regular";
import { ResumedFields } from "./kinds/resumed";
import { RfmFields } from "./kinds/rfm";
import { SampleFields } from "./kinds/sample";
import { SegmentFields } from "./kinds/segment";
import { SequenceFields } from "./kinds/sequence";
import { StageFields } from "./kinds/stage";
import { StoppedFields } from "./kinds/stopped";
import { TagFields } from "./kinds/tag";
import { UnitFields } from "./kinds/unit";

/** The fields of whatever kind of condition it is. */
export function Fields({ condition, fault, onChange }: FieldsProps<LeafCondition>) {
  const rest = { fault, onChange };
  switch (condition.kind) {
    case "attribute":
      return <AttributeFields {...rest} condition={condition} />;
    case "event":
      return <EventFields {...rest} condition={condition} />;
    case "moment":
      return <MomentFields {...rest} condition={condition} />;
    case "event_value":
      return <EventValueFields {...rest} condition={condition} />;
    case "sequence":
      return <SequenceFields {...rest} condition={condition} />;
    case "regular":
      return <RegularFields {...rest} condition={condition} />;
    case "resumed":
      return <ResumedFields {...rest} condition={condition} />;
    case "stopped":
      return <StoppedFields {...rest} condition={condition} />;
    case "acted":
      return <ActedFields {...rest} condition={condition} />;
    case "anniversary":
      return <AnniversaryFields {...rest} condition={condition} />;
    case "tag":
      return <TagFields {...rest} condition={condition} />;
    case "keeper":
      return <KeeperFields {...rest} condition={condition} />;
    case "unit":
      return <UnitFields {...rest} condition={condition} />;
    case "consent":
      return <ConsentFields {...rest} condition={condition} />;
    case "identity":
      return <IdentityFields {...rest} condition={condition} />;
    case "entry":
      return <EntryFields {...rest} condition={condition} />;
    case "segment":
      return <SegmentFields {...rest} condition={condition} />;
    case "list":
      return <ListFields {...rest} condition={condition} />;
    case "sample":
      return <SampleFields {...rest} condition={condition} />;
    case "estimate":
      return <EstimateFields {...rest} condition={condition} />;
    case "rfm":
      return <RfmFields {...rest} condition={condition} />;
    case "stage":
      return <StageFields {...rest} condition={condition} />;
  }
}
