import styles from "./skeleton.module.css";

interface SkeletonProps {
  width?: number | string;
  height?: number | string;
  round?: boolean;
}

/** Where something will stand. Silent for screen readers: the region around it says that it is busy. */
export function Skeleton({ width = "100%", height = 14, round = false }: SkeletonProps) {
  return (
    <span
      aria-hidden="true"
      className={styles.bone}
      style={{ width, height, borderRadius: round ? "50%" : undefined }}
    />
  );
}

const WIDTHS = ["72%", "94%", "58%", "83%", "66%"];

export function SkeletonLines({ lines = 4 }: { lines?: number }) {
  return (
    <div aria-busy="true" className={styles.lines}>
      {Array.from({ length: lines }, (_, index) => (
        <Skeleton key={index} width={WIDTHS[index % WIDTHS.length] ?? "80%"} />
      ))}
    </div>
  );
}
