import { Dropdown, type DropdownProps } from "antd";
import type { ReactElement } from "react";
import type { NodeKind } from "@/api/journey-document";
import { useTexts } from "@/shared/i18n/texts";
import { editorTexts } from "./editor/editor-texts";
import { groupOf, NODE_GROUPS } from "./node-kinds";
import { NodeIcon } from "./node-icons";
import { nodeTexts } from "./node-texts";
import styles from "./add-node-menu.module.css";

const CUT = "@cut";

interface AddNodeMenuProps {
  kinds: readonly NodeKind[];
  onAdd: (kind: NodeKind) => void;
  /** Leads the way to the end; absent where it leads there. */
  onCut?: (() => void) | undefined;
  placement?: DropdownProps["placement"];
  children: ReactElement;
}

/** What can be put here, in the groups of the palette. */
export function AddNodeMenu({ kinds, onAdd, onCut, placement = "bottom", children }: AddNodeMenuProps) {
  const t = useTexts(nodeTexts);
  const { cut } = useTexts(editorTexts);
  const groups = NODE_GROUPS.map((group) => ({
    key: `@${group}`,
    type: "group" as const,
    label: t.groups[group],
    children: kinds
      .filter((kind) => groupOf(kind) === group)
      .map((kind) => ({ key: kind, label: t.kinds[kind], icon: <NodeIcon kind={kind} /> })),
  })).filter((group) => group.children.length > 0);
  const items = onCut ? [...groups, { type: "divider" as const }, { key: CUT, label: cut }] : groups;
  return (
    <Dropdown
      trigger={["click"]}
      placement={placement}
      destroyOnHidden
      menu={{
        items,
        className: styles.menu ?? "",
        onClick: ({ key, domEvent }) => {
          domEvent.stopPropagation();
          if (key === CUT) onCut?.();
          else onAdd(key as NodeKind);
        },
      }}
    >
      {children}
    </Dropdown>
  );
}
