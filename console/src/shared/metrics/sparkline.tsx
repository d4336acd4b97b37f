import styles from "./metrics.module.css";

const WIDTH = 120;
const HEIGHT = 32;
const EDGE = 3;

/** A small line of how a number went; gaps where there was no value. The last point is not over yet and stands hollow. */
export function Sparkline({ values }: { values: readonly (number | null)[] }) {
  const known = values.filter((value) => value !== null);
  if (known.length < 2) return <span aria-hidden="true" />;
  const least = Math.min(...known);
  const span = Math.max(...known) - least || 1;
  const x = (place: number) => EDGE + (place * (WIDTH - 2 * EDGE)) / (values.length - 1);
  const y = (value: number) => HEIGHT - EDGE - ((value - least) * (HEIGHT - 2 * EDGE)) / span;
  let isDown = false;
  const steps: string[] = [];
  values.slice(0, -1).forEach((value, place) => {
    if (value === null) {
      isDown = false;
      return;
    }
    steps.push(`${isDown ? "L" : "M"}${x(place).toFixed(1)} ${y(value).toFixed(1)}`);
    isDown = true;
  });
  const last = values.at(-1);
  return (
    <svg className={styles.spark} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
      <path d={steps.join("")} />
      {last !== null && last !== undefined && <circle cx={x(values.length - 1)} cy={y(last)} r={2.2} />}
    </svg>
  );
}
