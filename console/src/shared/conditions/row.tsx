import { MoreOutlined, StopOutlined } from "@ant-design/icons";
import { Button, Dropdown } from "antd";
import { useId } from "react";
import { useTexts } from "@/shared/i18n/texts";
import { catalogueTexts } from "./catalogue-texts";
import { conditionsTexts } from "./conditions-texts";
import type { Fault, Group, Leaf, Node } from "./edit-tree";
import { duplicated, isGroup, moved, removed, unwrapped, wrapped } from "./edit-tree";
import { Fields } from "./fields-of";
import styles from "./builder.module.css";

/** What rows and groups can do to the tree that they are in. */
export interface Hands {
  disabled: boolean;
  fault: Fault | null;
  /** Another tree in place of this one. */
  rearrange: (change: (root: Group) => Group) => void;
  /** Another node in place of this one; quick changes of one node are one step back. */
  change: (id: number, change: (node: Node) => Node) => void;
}

interface ToolsProps {
  node: Node;
  hands: Hands;
  isFirst: boolean;
  isLast: boolean;
}

/** What can be done with a row or a group. */
export function Tools({ node, hands, isFirst, isLast }: ToolsProps) {
  const t = useTexts(conditionsTexts);
  const { id } = node;
  const item = (key: string, label: string, change: (root: Group) => Group, rest: object = {}) => ({
    key,
    label,
    onClick: () => hands.rearrange(change),
    ...rest,
  });
  const items = [
    item("up", t.up, (root) => moved(root, id, -1), { disabled: isFirst }),
    item("down", t.down, (root) => moved(root, id, 1), { disabled: isLast }),
    item("duplicate", t.duplicate, (root) => duplicated(root, id)),
    isGroup(node)
      ? item("unwrap", t.unwrap, (root) => unwrapped(root, id), { disabled: node.negated })
      : item("wrap", t.wrap, (root) => wrapped(root, id)),
    { type: "divider" as const },
    item("remove", isGroup(node) ? t.removeGroup : t.removeCondition, (root) => removed(root, id), {
      danger: true,
    }),
  ];
  return (
    <div className={styles.tools}>
      <Button
        type="text"
        size="small"
        aria-pressed={node.negated}
        aria-label={t.negate}
        title={t.negate}
        className={node.negated ? (styles.pressed ?? "") : ""}
        icon={<StopOutlined aria-hidden />}
        onClick={() => hands.change(id, (before) => ({ ...before, negated: !before.negated }))}
      />
      <Dropdown menu={{ items }} trigger={["click"]}>
        <Button
          type="text"
          size="small"
          icon={<MoreOutlined aria-hidden />}
          aria-label={t.more}
          title={t.more}
        />
      </Dropdown>
    </div>
  );
}

/** One condition: what kind it is, its fields, what can be done with it, and what the server finds wrong. */
export function Row({ node, hands, ...place }: Omit<ToolsProps, "node"> & { node: Leaf }) {
  const t = useTexts(conditionsTexts);
  const { kinds } = useTexts(catalogueTexts);
  const faultId = useId();
  const fault = hands.fault?.nodeId === node.id ? hands.fault : null;
  return (
    <div
      role="group"
      aria-label={kinds[node.condition.kind]}
      aria-describedby={fault ? faultId : undefined}
      className={fault ? `${styles.row} ${styles.faulty}` : styles.row}
    >
      <div className={styles.fields}>
        <span className={styles.kind}>{kinds[node.condition.kind]}</span>
        {node.negated && <span className={styles.not}>{t.negated}</span>}
        <Fields
          condition={node.condition}
          fault={fault ? fault.field : null}
          onChange={(condition) =>
            hands.change(node.id, (before) => (isGroup(before) ? before : { ...before, condition }))
          }
        />
      </div>
      {!hands.disabled && <Tools node={node} hands={hands} {...place} />}
      {fault && (
        <p id={faultId} role="alert" className={styles.fault}>
          {fault.reason}
        </p>
      )}
    </div>
  );
}
