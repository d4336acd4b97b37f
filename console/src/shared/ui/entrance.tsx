import { useEffect, type ReactNode } from "react";
import { LanguageSwitch } from "@/shared/i18n/language-switch";
import { BrandMark } from "./brand-mark";
import styles from "./entrance.module.css";
import { PoolPicture } from "./pool-picture";

interface EntranceProps {
  title: string;
  lead: string;
  /** What stands beside it, large, where there is room. */
  promise: string;
  promiseText: string;
  /** For what needs more room than a log-in. */
  wide?: boolean;
  children: ReactNode;
}

/** The frame of what is seen before the console: on one side what this is, on the other what one has to do. */
export function Entrance({ title, lead, promise, promiseText, wide = false, children }: EntranceProps) {
  useEffect(() => {
    document.title = `${title} · Siyu 私域`;
  }, [title]);
  return (
    <div className={styles.page}>
      <aside className={styles.side}>
        <div className={styles.brand}>
          <BrandMark size={32} />
          <span>
            Siyu <span lang="zh-CN">私域</span>
          </span>
        </div>
        <PoolPicture className={styles.picture} />
        <div className={styles.promise}>
          <p className={styles.promiseTitle}>{promise}</p>
          <p className={styles.promiseText}>{promiseText}</p>
        </div>
      </aside>
      <main className={styles.main}>
        <div className={styles.switch}>
          <LanguageSwitch />
        </div>
        <div className={`${styles.box} ${wide ? styles.wide : ""}`}>
          <div className={styles.smallBrand}>
            <BrandMark size={40} />
          </div>
          <h1 className={styles.title}>{title}</h1>
          <p className={styles.lead}>{lead}</p>
          {children}
        </div>
      </main>
    </div>
  );
}
