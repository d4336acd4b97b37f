import { DeleteOutlined, PlusOutlined, StopOutlined } from "@ant-design/icons";
import { Button, Segmented, Select } from "antd";
import { Fragment, useId } from "react";
import type { Attributes, LeafCondition } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { AttributeFields, pairs } from "./condition-fields";
import {
  added,
  changed,
  isGroup,
  newGroup,
  newLeaf,
  removed,
  type Fault,
  type Group,
  type Leaf,
  type Node,
} from "./edit-tree";
import { EventCountFields, EventSumFields, RecencyFields } from "./event-fields";
import { asKind, newCondition } from "./new-conditions";
import { segmentsTexts } from "./segments-texts";
import styles from "./builder.module.css";

const KINDS = ["event_count", "recency", "event_sum", "attribute"] as const;
const DEPTH_MAX = 4;

interface Hands {
  names: Attributes;
  disabled: boolean;
  fault: Fault | null;
  change: (id: number, change: (node: Node) => Node) => void;
  remove: (id: number) => void;
  add: (groupId: number, item: Node) => void;
}

function NegateButton({ node, hands }: { node: Node; hands: Hands }) {
  const t = useTexts(segmentsTexts);
  return (
    <Button
      type="text"
      size="small"
      disabled={hands.disabled}
      aria-pressed={node.negated}
      aria-label={t.negate}
      title={t.negate}
      className={node.negated ? (styles.pressed ?? "") : ""}
      icon={<StopOutlined />}
      onClick={() => hands.change(node.id, (before) => ({ ...before, negated: !before.negated }))}
    />
  );
}

function Fields({ leaf, hands }: { leaf: Leaf; hands: Hands }) {
  const { condition } = leaf;
  const props = {
    names: hands.names,
    disabled: hands.disabled,
    faultField: hands.fault?.nodeId === leaf.id ? hands.fault.field : null,
    onChange: (next: LeafCondition) => hands.change(leaf.id, (node) => ({ ...node, condition: next })),
  };
  switch (condition.kind) {
    case "attribute":
      return <AttributeFields {...props} condition={condition} />;
    case "event_count":
      return <EventCountFields {...props} condition={condition} />;
    case "event_sum":
      return <EventSumFields {...props} condition={condition} />;
    case "recency":
      return <RecencyFields {...props} condition={condition} />;
  }
}

function Row({ leaf, hands }: { leaf: Leaf; hands: Hands }) {
  const t = useTexts(segmentsTexts);
  const faultId = useId();
  const fault = hands.fault?.nodeId === leaf.id ? hands.fault : null;
  return (
    <div
      role="group"
      aria-label={t.kinds[leaf.condition.kind]}
      aria-describedby={fault ? faultId : undefined}
      className={fault ? `${styles.row} ${styles.faulty}` : styles.row}
    >
      <div className={styles.fields}>
        {leaf.negated && <span className={styles.not}>{t.negated}</span>}
        <Select
          aria-label={t.conditionKind}
          className={styles.kind ?? ""}
          popupMatchSelectWidth={false}
          disabled={hands.disabled}
          value={leaf.condition.kind}
          onChange={(kind) =>
            hands.change(leaf.id, (node) =>
              isGroup(node) ? node : { ...node, condition: asKind(node.condition, kind, hands.names) },
            )
          }
          options={pairs(t.kinds, KINDS)}
        />
        <Fields leaf={leaf} hands={hands} />
      </div>
      {!hands.disabled && (
        <div className={styles.tools}>
          <NegateButton node={leaf} hands={hands} />
          <Button
            type="text"
            size="small"
            icon={<DeleteOutlined />}
            aria-label={t.removeCondition}
            title={t.removeCondition}
            onClick={() => hands.remove(leaf.id)}
          />
        </div>
      )}
      {fault && (
        <p id={faultId} role="alert" className={styles.fault}>
          {fault.reason}
        </p>
      )}
    </div>
  );
}

function GroupBox({ group, depth, hands }: { group: Group; depth: number; hands: Hands }) {
  const t = useTexts(segmentsTexts);
  const fault = hands.fault?.nodeId === group.id ? hands.fault : null;
  const addLeaf = () => hands.add(group.id, newLeaf(newCondition("event_count", hands.names)));
  const addGroup = () =>
    hands.add(
      group.id,
      newGroup(group.joiner === "all" ? "any" : "all", [newLeaf(newCondition("event_count", hands.names))]),
    );
  return (
    <div
      role="group"
      aria-label={t.conditions}
      className={depth > 0 ? `${styles.group} ${styles.nested}` : styles.group}
    >
      <div className={styles.head}>
        {group.negated && <span className={styles.not}>{t.negated}</span>}
        <span>{t.satisfy}</span>
        <Segmented
          size="small"
          disabled={hands.disabled}
          aria-label={t.satisfy}
          value={group.joiner}
          onChange={(joiner) => hands.change(group.id, (node) => ({ ...node, joiner }))}
          options={pairs(t.joiners, ["all", "any"] as const)}
        />
        <span>{t.of}</span>
        {!hands.disabled && (
          <div className={styles.tools}>
            <NegateButton node={group} hands={hands} />
            {depth > 0 && (
              <Button
                type="text"
                size="small"
                icon={<DeleteOutlined />}
                aria-label={t.removeGroup}
                title={t.removeGroup}
                onClick={() => hands.remove(group.id)}
              />
            )}
          </div>
        )}
      </div>
      {fault && (
        <p role="alert" className={styles.fault}>
          {fault.reason}
        </p>
      )}
      {group.items.map((item, index) => (
        <Fragment key={item.id}>
          {index > 0 && <span className={styles.joiner}>{group.joiner === "all" ? t.and : t.or}</span>}
          {isGroup(item) ? (
            <GroupBox group={item} depth={depth + 1} hands={hands} />
          ) : (
            <Row leaf={item} hands={hands} />
          )}
        </Fragment>
      ))}
      {!hands.disabled && (
        <div className={styles.adders}>
          <Button type="text" size="small" icon={<PlusOutlined />} onClick={addLeaf}>
            {t.addCondition}
          </Button>
          {depth < DEPTH_MAX && (
            <Button type="text" size="small" icon={<PlusOutlined />} onClick={addGroup}>
              {t.addGroup}
            </Button>
          )}
        </div>
      )}
    </div>
  );
}

interface BuilderProps {
  root: Group;
  names: Attributes;
  disabled: boolean;
  fault: Fault | null;
  onChange: (change: (root: Group) => Group) => void;
}

/** Conditions in groups in groups. It shows and changes a tree that its owner holds. */
export function Builder({ root, names, disabled, fault, onChange }: BuilderProps) {
  const hands: Hands = {
    names,
    disabled,
    fault,
    change: (id, change) => onChange((before) => changed(before, id, change)),
    remove: (id) => onChange((before) => removed(before, id)),
    add: (groupId, item) => onChange((before) => added(before, groupId, item)),
  };
  return <GroupBox group={root} depth={0} hands={hands} />;
}
