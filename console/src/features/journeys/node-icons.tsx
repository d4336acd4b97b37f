import {
  ApiOutlined,
  BranchesOutlined,
  CalendarOutlined,
  CheckSquareOutlined,
  ClockCircleOutlined,
  CommentOutlined,
  EditOutlined,
  GiftOutlined,
  HourglassOutlined,
  NodeIndexOutlined,
  PictureOutlined,
  SendOutlined,
  SwapOutlined,
  TagOutlined,
  ThunderboltOutlined,
  UsergroupAddOutlined,
} from "@ant-design/icons";
import type { ReactNode } from "react";
import type { NodeKind } from "@/api/journey-document";

const ICONS: Record<NodeKind, ReactNode> = {
  wait: <HourglassOutlined aria-hidden />,
  wait_until: <ClockCircleOutlined aria-hidden />,
  wait_event: <ThunderboltOutlined aria-hidden />,
  branch: <BranchesOutlined aria-hidden />,
  split: <NodeIndexOutlined aria-hidden rotate={90} />,
  message: <SendOutlined aria-hidden />,
  task: <CheckSquareOutlined aria-hidden />,
  tag: <TagOutlined aria-hidden />,
  attribute: <EditOutlined aria-hidden />,
  webhook: <ApiOutlined aria-hidden />,
  coupon: <GiftOutlined aria-hidden />,
  group_invite: <UsergroupAddOutlined aria-hidden />,
  hand_over: <SwapOutlined aria-hidden />,
  journey: <NodeIndexOutlined aria-hidden />,
  group_message: <CommentOutlined aria-hidden />,
  moment: <PictureOutlined aria-hidden />,
};

export const NodeIcon = ({ kind }: { kind: NodeKind }) => <span aria-hidden="true">{ICONS[kind]}</span>;

export const WhenIcon = () => <CalendarOutlined aria-hidden />;
