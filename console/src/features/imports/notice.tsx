import type { ReactNode } from "react";
import styles from "./imports.module.css";

type Tone = "good" | "warning" | "bad";

/** One sentence that must not be missed. */
export function Notice({ tone, children }: { tone: Tone; children: ReactNode }) {
  return (
    <p role={tone === "bad" ? "alert" : "status"} className={`${styles.notice} ${styles[tone]}`}>
      {children}
    </p>
  );
}
