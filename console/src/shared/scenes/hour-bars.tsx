import { useTexts } from "@/shared/i18n/texts";
import { sceneWords } from "./scene-words";
import styles from "./scenes.module.css";

interface HourBarsProps {
  label: string;
  values: readonly number[];
  /** What a bar says when it is looked at. */
  say: (hour: number, value: number) => string;
  /** The one that stands out. */
  best?: number | null;
  /** Hours in which nobody is written to are pale. */
  isQuiet?: (hour: number) => boolean;
  onChoose?: ((hour: number) => void) | undefined;
}

/** A bar for each hour of the day; where something can be done with an hour, its bar is a button. */
export function HourBars({ label, values, say, best = null, isQuiet, onChoose }: HourBarsProps) {
  const t = useTexts(sceneWords);
  const most = Math.max(...values, 0) || 1;
  return (
    <ol className={styles.bars} aria-label={label}>
      {values.map((value, hour) => {
        const bar = (
          <span
            className={styles.bar}
            style={{ "--height": `${Math.round((value / most) * 100)}%` }}
            aria-hidden="true"
          />
        );
        const said = say(hour, value);
        const className = [
          styles.slot,
          hour === best ? styles.best : "",
          isQuiet?.(hour) ? styles.pale : "",
        ].join(" ");
        return (
          <li key={hour}>
            {onChoose && value > 0 ? (
              <button type="button" className={className} title={said} onClick={() => onChoose(hour)}>
                {bar}
                <span className="visually-hidden">{said}</span>
              </button>
            ) : (
              <span className={className} title={said}>
                {bar}
                <span className="visually-hidden">{said}</span>
              </span>
            )}
            <span className={styles.tick} aria-hidden="true">
              {hour % 6 === 0 ? t.hour(hour) : ""}
            </span>
          </li>
        );
      })}
    </ol>
  );
}
