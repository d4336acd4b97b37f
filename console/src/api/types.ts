import type { components } from "./schema";
import type { UsedBy } from "./coming";

export type {
  Explained,
  ListChanged,
  ListRow,
  Overlap,
  SegmentExport,
  SegmentSince,
  SegmentVocabulary,
  SizeAt,
  UsedBy,
} from "./coming";

/** Short names for what the server speaks. The one place that knows how the generator lays schemas out. */
type Schemas = components["schemas"];

export type Session = Schemas["Session"];
export type Staff = Schemas["Staff"];
export type Role = Staff["role"];
export type Summary = Schemas["Summary"];
export type RfmCell = Schemas["RfmCell"];
export type CustomerRow = Schemas["CustomerRow"];
export type CustomerPage = Schemas["CustomerPage"];
export type Customer = Schemas["Customer"];
export type RevealedIdentity = Schemas["RevealedIdentity"];
export type RevealedAttribute = Schemas["RevealedAttribute"];
export type MergeRow = Schemas["MergeRow"];
export type MergeHistory = Schemas["MergeHistory"];
export type LinkedIdentity = Schemas["LinkedIdentity"];
export type NewSplit = Schemas["NewSplit"];
export type NewMerge = Schemas["NewMerge"];
export type SuspicionRow = Schemas["SuspicionRow"];
export type ConsentMatrix = Schemas["ConsentMatrix"];
export type ConsentPurpose = Schemas["ConsentPurpose"];
export type ConsentCell = Schemas["ConsentCell"];
export type ConsentRow = Schemas["ConsentRow"];
export type NewConsent = Schemas["NewConsent"];
export type TimelineEvent = Schemas["TimelineRow"];
export type Attributes = Schemas["Attributes"];
export type AttributeName = Schemas["NamedValue"];
export type EventName = Schemas["NamedEvent"];
export type AllCondition = Schemas["AllCondition"];
export type AnyCondition = Schemas["AnyCondition"];
export type NotCondition = Schemas["NotCondition"];
export type AttributeCondition = Schemas["AttributeCondition"];
export type EventCondition = Schemas["EventCondition"];
export type MomentCondition = Schemas["MomentCondition"];
export type EventValueCondition = Schemas["EventValueCondition"];
export type SequenceCondition = Schemas["SequenceCondition"];
export type SequenceStep = SequenceCondition["steps"][number];
export type EventMatch = SequenceStep["without"][number];
export type RegularCondition = Schemas["RegularCondition"];
export type ResumedCondition = Schemas["ResumedCondition"];
export type StoppedCondition = Schemas["StoppedCondition"];
export type AnniversaryCondition = Schemas["AnniversaryCondition"];
export type TagCondition = Schemas["TagCondition"];
export type KeeperCondition = Schemas["KeeperCondition"];
export type UnitCondition = Schemas["UnitCondition"];
export type ConsentCondition = Schemas["ConsentCondition"];
export type IdentityCondition = Schemas["IdentityCondition"];
export type EntryCondition = Schemas["EntryCondition"];
export type SegmentCondition = Schemas["SegmentCondition"];
export type ListCondition = Schemas["ListCondition"];
export type SampleCondition = Schemas["SampleCondition"];
export type RfmCondition = Schemas["RfmCondition"];
export type StageCondition = Schemas["StageCondition"];
export type Condition = Schemas["Condition"];
export type LeafCondition = Exclude<Condition, AllCondition | AnyCondition | NotCondition>;
export type Filter = EventCondition["where"][number];
export type Window = NonNullable<EventCondition["window"]>;
export type Duration = Schemas["Duration"];
interface Coming {
  building: boolean;
  used_by: UsedBy[];
}
export type SegmentRow = Schemas["SegmentRow"] & Coming;
export type Segment = Schemas["Segment"] & Coming;
export type SegmentDraft = Schemas["SegmentDraft"];
export type Preview = Schemas["Preview"];
export type WaitStep = Schemas["WaitStep"];
export type SendStep = Schemas["SendStep"];
export type Step = WaitStep | SendStep;
export type JourneyDefinition = Schemas["JourneyDefinition"];
export type JourneyRow = Schemas["JourneyRow"];
export type Journey = Schemas["Journey"];
export type JourneyDraft = Schemas["JourneyDraft"];
export type Key = Schemas["Key"];
export type NewKey = Schemas["NewKey"];
export type CreatedKey = Schemas["CreatedKey"];
export type NewStaff = Schemas["NewStaff"];
export type NewPassword = Schemas["NewPassword"];
export type Unit = Schemas["Unit"];
export type AuditRow = Schemas["AuditRow"];
export type PrivacyRequest = Schemas["PrivacyRequest"];
export type RequestKind = PrivacyRequest["kind"];
export type ErasureReason = PrivacyRequest["reason"];
export type KnownOfCustomer = Schemas["KnownOfCustomer"];
export type Retention = Schemas["Retention"];
export type RetentionClass = Schemas["RetentionClass"];
export type ImportRow = Schemas["ImportRow"];
export type ImportLook = Schemas["ImportLook"];
export type ImportPlan = Schemas["ImportPlan"];
export type ImportTrial = Schemas["ImportTrial"];
export type ImportReading = Schemas["ReadingOptions"];
export type OrderColumns = Schemas["OrderColumns"];
export type CustomerColumns = Schemas["CustomerColumns"];
export type EventColumns = Schemas["EventColumns"];
