import { useEffect, useRef, useState, type ReactNode } from "react";
import { defineTexts, useTexts } from "@/shared/i18n/texts";
import styles from "./scroll-area.module.css";

const texts = defineTexts({ zh: { label: "可左右滚动" }, en: { label: "Scrolls sideways" } });

/** Something wide, pushed sideways where the page is narrow; then the keyboard reaches it too. */
export function ScrollArea({ className = "", children }: { className?: string; children: ReactNode }) {
  const t = useTexts(texts);
  const area = useRef<HTMLDivElement>(null);
  const [overflows, setOverflows] = useState(false);
  useEffect(() => {
    const { current } = area;
    if (!current || typeof ResizeObserver === "undefined") return;
    const look = () => setOverflows(current.scrollWidth > current.clientWidth + 1);
    const observer = new ResizeObserver(look);
    observer.observe(current);
    for (const child of current.children) observer.observe(child);
    return () => observer.disconnect();
  }, []);
  const reached = overflows ? { role: "group", "aria-label": t.label, tabIndex: 0 } : {};
  return (
    <div ref={area} className={`${styles.area} ${className}`} {...reached}>
      {children}
    </div>
  );
}
