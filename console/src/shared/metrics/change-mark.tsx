import { useNumberFormat } from "@/shared/format/number-format";
import { changeOf } from "./value-format";
import styles from "./metrics.module.css";

interface ChangeMarkProps {
  after: number | null | undefined;
  before: number | null | undefined;
  upIs: "good" | "bad" | "neither";
}

/** How much more or less than before; the arrow and the sign say it as well as the colour. */
export function ChangeMark({ after, before, upIs }: ChangeMarkProps) {
  const n = useNumberFormat();
  const change = changeOf(after, before);
  if (change === null) return <span className={styles.flat}>—</span>;
  const isUp = change > 0;
  const tone = change === 0 || upIs === "neither" ? "flat" : isUp === (upIs === "good") ? "good" : "poor";
  return (
    <span className={styles[tone]}>
      {change === 0 ? "" : isUp ? "↑ " : "↓ "}
      {n.share(Math.abs(change))}
    </span>
  );
}
