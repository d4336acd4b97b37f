import type { JourneyNode } from "@/api/journey-document";
import type { FaultOf } from "../edit-context";
import { BranchForm } from "./branch-form";
import { EnterForm, GroupInviteForm, HandOverForm, WebhookForm } from "./leading-forms";
import { MessageForm } from "./message-form";
import { GroupMessageForm, MomentForm } from "./posting-forms";
import { AttributeForm, CouponForm, TagForm } from "./record-forms";
import { SplitForm } from "./split-form";
import { TaskForm } from "./task-form";
import { WaitEventForm, WaitForm, WaitUntilForm } from "./wait-forms";

interface NodeFormProps {
  node: JourneyNode;
  faultOf: FaultOf;
  onChange: (node: JourneyNode) => void;
}

/** What a node says, by its kind. It stands inside an `EditContext`. */
export function NodeForm({ node, faultOf, onChange }: NodeFormProps) {
  const rest = { faultOf, onChange };
  switch (node.kind) {
    case "wait":
      return <WaitForm node={node} {...rest} />;
    case "wait_until":
      return <WaitUntilForm node={node} {...rest} />;
    case "wait_event":
      return <WaitEventForm node={node} {...rest} />;
    case "branch":
      return <BranchForm node={node} {...rest} />;
    case "split":
      return <SplitForm node={node} {...rest} />;
    case "message":
      return <MessageForm node={node} {...rest} />;
    case "task":
      return <TaskForm node={node} {...rest} />;
    case "tag":
      return <TagForm node={node} {...rest} />;
    case "attribute":
      return <AttributeForm node={node} {...rest} />;
    case "webhook":
      return <WebhookForm node={node} {...rest} />;
    case "coupon":
      return <CouponForm node={node} {...rest} />;
    case "group_invite":
      return <GroupInviteForm node={node} {...rest} />;
    case "hand_over":
      return <HandOverForm node={node} {...rest} />;
    case "journey":
      return <EnterForm node={node} {...rest} />;
    case "group_message":
      return <GroupMessageForm node={node} {...rest} />;
    case "moment":
      return <MomentForm node={node} {...rest} />;
  }
}
