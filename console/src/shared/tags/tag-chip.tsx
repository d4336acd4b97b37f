import { CloseOutlined } from "@ant-design/icons";
import type { ReactNode } from "react";
import type { TagColour } from "@/api/types";
import styles from "./tag-chip.module.css";

interface TagChipProps {
  colour: TagColour;
  name: string;
  /** Small, behind the name: how many bear it, until when. */
  note?: ReactNode;
  title?: string;
  isArchived?: boolean;
  /** What the cross is called, and what it does. */
  remove?: { label: string; onRemove: () => void } | undefined;
}

/** A tag in the colour of its group. The colour only helps: the name says what it is. */
export function TagChip({ colour, name, note, title, isArchived = false, remove }: TagChipProps) {
  return (
    <span
      className={isArchived ? `${styles.chip} ${styles.archived}` : styles.chip}
      style={{ "--hue": `var(--tag-${colour})` }}
      title={title}
    >
      <span className={styles.dot} aria-hidden="true" />
      <span className={styles.name}>{name}</span>
      {note !== undefined && note !== null && <span className={`${styles.note} num`}>{note}</span>}
      {remove && (
        <button
          type="button"
          className={styles.remove}
          aria-label={remove.label}
          title={remove.label}
          onClick={remove.onRemove}
        >
          <CloseOutlined aria-hidden />
        </button>
      )}
    </span>
  );
}
