import styles from "./status-tag.module.css";

export type Tone = "brand" | "amber" | "danger" | "info" | "quiet";

/** A state in one word. The dot is for the eye; the word carries the meaning. */
export function StatusTag({ tone, children }: { tone: Tone; children: string }) {
  return (
    <span className={`${styles.tag} ${styles[tone]}`}>
      <span className={styles.dot} aria-hidden="true" />
      {children}
    </span>
  );
}
