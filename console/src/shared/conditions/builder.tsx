import { PlusOutlined, RedoOutlined, UndoOutlined } from "@ant-design/icons";
import { Button, ConfigProvider, Segmented } from "antd";
import { Fragment, type KeyboardEvent } from "react";
import { useTexts } from "@/shared/i18n/texts";
import { AddMenu } from "./add-menu";
import { BookContext, useBook, type Book } from "./book";
import { newCondition } from "./catalogue";
import { conditionsTexts } from "./conditions-texts";
import { added, changed, isGroup, newGroup, newLeaf, type Fault, type Group } from "./edit-tree";
import { Row, Tools, type Hands } from "./row";
import styles from "./builder.module.css";

const DEPTH_MAX = 4;

interface GroupBoxProps {
  group: Group;
  depth: number;
  hands: Hands;
  isFirst: boolean;
  isLast: boolean;
}

function Head({ group, depth, hands, ...place }: GroupBoxProps) {
  const t = useTexts(conditionsTexts);
  return (
    <div className={styles.head}>
      {group.negated && <span className={styles.not}>{t.negated}</span>}
      <span>{t.satisfy}</span>
      <Segmented
        size="small"
        disabled={hands.disabled}
        aria-label={t.satisfy}
        value={group.joiner}
        onChange={(joiner) => hands.change(group.id, (node) => ({ ...node, joiner }))}
        options={(["all", "any"] as const).map((value) => ({ value, label: t.joiners[value] }))}
      />
      <span>{t.of}</span>
      {!hands.disabled && depth > 0 && <Tools node={group} hands={hands} {...place} />}
    </div>
  );
}

function Adders({ group, depth, hands }: Pick<GroupBoxProps, "group" | "depth" | "hands">) {
  const t = useTexts(conditionsTexts);
  const book = useBook();
  const opposite = group.joiner === "all" ? "any" : "all";
  return (
    <div className={styles.adders}>
      <AddMenu
        onPick={(entry) => {
          const leaf = newLeaf(newCondition(entry, book));
          hands.rearrange((root) => added(root, group.id, leaf));
        }}
      />
      {depth < DEPTH_MAX && (
        <Button
          type="text"
          size="small"
          icon={<PlusOutlined aria-hidden />}
          onClick={() => {
            const inner = newGroup(opposite, [newLeaf(newCondition("did", book))]);
            hands.rearrange((root) => added(root, group.id, inner));
          }}
        >
          {t.addGroup}
        </Button>
      )}
    </div>
  );
}

function GroupBox(props: GroupBoxProps) {
  const { group, depth, hands } = props;
  const t = useTexts(conditionsTexts);
  const fault = hands.fault?.nodeId === group.id ? hands.fault : null;
  return (
    <div
      role="group"
      aria-label={t.conditions}
      className={depth > 0 ? `${styles.group} ${styles.nested}` : styles.group}
    >
      <Head {...props} />
      {fault && (
        <p role="alert" className={styles.fault}>
          {fault.reason}
        </p>
      )}
      {group.items.map((item, at) => {
        const place = { isFirst: at === 0, isLast: at === group.items.length - 1 };
        return (
          <Fragment key={item.id}>
            {at > 0 && <span className={styles.joiner}>{group.joiner === "all" ? t.and : t.or}</span>}
            {isGroup(item) ? (
              <GroupBox group={item} depth={depth + 1} hands={hands} {...place} />
            ) : (
              <Row node={item} hands={hands} {...place} />
            )}
          </Fragment>
        );
      })}
      {!hands.disabled && <Adders group={group} depth={depth} hands={hands} />}
    </div>
  );
}

/** Whether the keys pressed are meant for what is typed into. */
const isTyping = (target: EventTarget) =>
  target instanceof HTMLElement && target.matches("input, textarea, [contenteditable]");

interface BuilderProps {
  root: Group;
  book: Book;
  disabled: boolean;
  fault: Fault | null;
  /** `of` names what the change is of; quick changes of the same are one step back. */
  onChange: (change: (root: Group) => Group, of: string | null) => void;
  /** The way back and forth, null where there is none. */
  back: (() => void) | null;
  forth: (() => void) | null;
}

/** Conditions in groups in groups. It shows and changes a tree that its owner holds. */
export function Builder({ root, book, disabled, fault, onChange, back, forth }: BuilderProps) {
  const t = useTexts(conditionsTexts);
  const hands: Hands = {
    disabled,
    fault,
    rearrange: (change) => onChange(change, null),
    change: (id, change) => onChange((before) => changed(before, id, change), `node:${id}`),
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (!(event.ctrlKey || event.metaKey) || isTyping(event.target)) return;
    const key = event.key.toLowerCase();
    const act = key === "y" || (key === "z" && event.shiftKey) ? forth : key === "z" ? back : null;
    if (!act) return;
    event.preventDefault();
    act();
  };
  return (
    <BookContext value={book}>
      <ConfigProvider componentDisabled={disabled}>
        {/* The keys are a shorter way to the two buttons; nothing here is reached by them alone. */}
        {/* eslint-disable-next-line jsx-a11y/no-static-element-interactions */}
        <div className={styles.builder} onKeyDown={onKeyDown}>
          {!disabled && (
            <div className={styles.history}>
              <Button
                type="text"
                size="small"
                icon={<UndoOutlined aria-hidden />}
                aria-label={t.undo}
                title={t.undo}
                disabled={!back}
                onClick={() => back?.()}
              />
              <Button
                type="text"
                size="small"
                icon={<RedoOutlined aria-hidden />}
                aria-label={t.redo}
                title={t.redo}
                disabled={!forth}
                onClick={() => forth?.()}
              />
            </div>
          )}
          <GroupBox group={root} depth={0} hands={hands} isFirst isLast />
        </div>
      </ConfigProvider>
    </BookContext>
  );
}
