import type { GroupChat } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { StatusTag } from "@/shared/ui/status-tag";
import { groupsTexts } from "./groups-texts";

const OWNER_LEFT = 1;
const INHERITING = 2;

export function GroupState({ group }: { group: GroupChat }) {
  const { states } = useTexts(groupsTexts);
  if (group.dissolved_at) return <StatusTag tone="quiet">{states.dissolved}</StatusTag>;
  if (group.status === OWNER_LEFT) return <StatusTag tone="danger">{states.left}</StatusTag>;
  if (group.status === INHERITING) return <StatusTag tone="amber">{states.inheriting}</StatusTag>;
  return <StatusTag tone="brand">{states.normal}</StatusTag>;
}
