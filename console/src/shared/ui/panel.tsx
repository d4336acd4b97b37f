import { useId, type ReactNode } from "react";
import styles from "./panel.module.css";

interface PanelProps {
  title?: ReactNode;
  note?: ReactNode;
  extra?: ReactNode;
  /** Content reaches the edges: tables, lists. */
  flush?: boolean;
  className?: string | undefined;
  children: ReactNode;
}

/** A sheet of paper on the ground: one subject, one hairline around it. */
export function Panel({ title, note, extra, flush = false, className = "", children }: PanelProps) {
  const id = useId();
  return (
    <section className={`${styles.panel} ${className}`} aria-labelledby={title ? id : undefined}>
      {(title ?? extra) && (
        <header className={styles.header}>
          <div>
            <h2 id={id} className={styles.title}>
              {title}
            </h2>
            {note && <p className={styles.note}>{note}</p>}
          </div>
          {extra}
        </header>
      )}
      <div className={flush ? styles.flush : styles.body}>{children}</div>
    </section>
  );
}
