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
  wait: <HourglassOutlined />,
  wait_until: <ClockCircleOutlined />,
  wait_event: <ThunderboltOutlined />,
  branch: <BranchesOutlined />,
  split: <NodeIndexOutlined rotate={90} />,
  message: <SendOutlined />,
  task: <CheckSquareOutlined />,
  tag: <TagOutlined />,
  attribute: <EditOutlined />,
  webhook: <ApiOutlined />,
  coupon: <GiftOutlined />,
  group_invite: <UsergroupAddOutlined />,
  hand_over: <SwapOutlined />,
  journey: <NodeIndexOutlined />,
  group_message: <CommentOutlined />,
  moment: <PictureOutlined />,
};

export const NodeIcon = ({ kind }: { kind: NodeKind }) => <span aria-hidden="true">{ICONS[kind]}</span>;

export const WhenIcon = () => <CalendarOutlined aria-hidden />;
