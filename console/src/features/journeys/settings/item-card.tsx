import { CloseOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Dropdown } from "antd";
import type { ReactNode } from "react";
import styles from "../forms/forms.module.css";

interface ItemCardProps {
  title: string;
  removeLabel: string;
  error: string | undefined;
  onRemove: () => void;
  children?: ReactNode;
}

/** One of several: a beginning, a goal, a reason to leave. */
export function ItemCard({ title, removeLabel, error, onRemove, children }: ItemCardProps) {
  return (
    <div className={styles.item} role="group" aria-label={title}>
      <div className={styles.itemHead}>
        <strong className={styles.heading}>{title}</strong>
        <Button
          type="text"
          size="small"
          icon={<CloseOutlined aria-hidden />}
          aria-label={`${removeLabel} · ${title}`}
          onClick={onRemove}
        />
      </div>
      {error && (
        <p role="alert" className={styles.error}>
          {error}
        </p>
      )}
      {children}
    </div>
  );
}

interface AddOneProps<K extends string> {
  label: string;
  kinds: readonly { kind: K; label: string }[];
  onAdd: (kind: K) => void;
}

/** Adds one of a kind. */
export function AddOne<K extends string>({ label, kinds, onAdd }: AddOneProps<K>) {
  return (
    <Dropdown
      trigger={["click"]}
      menu={{
        items: kinds.map(({ kind, label: name }) => ({ key: kind, label: name })),
        onClick: ({ key }) => onAdd(key as K),
      }}
    >
      <Button size="small" className={styles.add ?? ""} icon={<PlusOutlined aria-hidden />}>
        {label}
      </Button>
    </Dropdown>
  );
}
