import { useId, type ReactNode } from "react";
import { defineTexts, useTexts } from "@/shared/i18n/texts";
import { Hint } from "./hint";
import styles from "./panel.module.css";

const texts = defineTexts({ zh: { definition: "口径" }, en: { definition: "Definition" } });

interface PanelProps {
  title?: ReactNode;
  /** What the subject means, exactly; behind a small mark. */
  hint?: ReactNode;
  note?: ReactNode;
  extra?: ReactNode;
  /** Content reaches the edges: tables, lists. */
  flush?: boolean;
  className?: string | undefined;
  children: ReactNode;
}

/** A sheet of paper on the ground: one subject, one hairline around it. */
export function Panel({ title, hint, note, extra, flush = false, className = "", children }: PanelProps) {
  const t = useTexts(texts);
  const id = useId();
  return (
    <section className={`${styles.panel} ${className}`} aria-labelledby={title ? id : undefined}>
      {(title ?? extra) && (
        <header className={styles.header}>
          <div>
            <div className={styles.name}>
              <h2 id={id} className={styles.title}>
                {title}
              </h2>
              {hint && <Hint label={t.definition}>{hint}</Hint>}
            </div>
            {note && <p className={styles.note}>{note}</p>}
          </div>
          {extra}
        </header>
      )}
      <div className={flush ? styles.flush : styles.body}>{children}</div>
    </section>
  );
}
