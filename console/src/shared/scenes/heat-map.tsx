import type { SceneCell } from "@/api/types";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTexts } from "@/shared/i18n/texts";
import { sceneWords } from "./scene-words";
import styles from "./scenes.module.css";

const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7];
const HOURS = Array.from({ length: 24 }, (_, hour) => hour);

/** The days of the week by the hours of the day, the darker the more was done. */
export function HeatMap({ cells, label }: { cells: readonly SceneCell[]; label: string }) {
  const t = useTexts(sceneWords);
  const n = useNumberFormat();
  const acts = new Map(cells.map((cell) => [`${cell.weekday}.${cell.hour ?? ""}`, cell.acts]));
  const most = Math.max(1, ...cells.filter((cell) => cell.hour !== null).map((cell) => cell.acts));
  return (
    <table className={styles.heat}>
      <caption className="visually-hidden">{label}</caption>
      <thead>
        <tr>
          <th scope="col">
            <span className="visually-hidden">{t.weekday}</span>
          </th>
          {HOURS.map((hour) => (
            <th key={hour} scope="col">
              <span className={hour % 6 === 0 ? undefined : "visually-hidden"}>{t.hour(hour)}</span>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {WEEKDAYS.map((weekday) => (
          <tr key={weekday}>
            <th scope="row">{t.day(weekday)}</th>
            {HOURS.map((hour) => {
              const count = acts.get(`${weekday}.${hour}`) ?? 0;
              return (
                <td
                  key={hour}
                  title={t.cell(t.day(weekday), t.between(hour), n.whole(count))}
                  style={{ "--weight": `${Math.round(Math.sqrt(count / most) * 100)}%` }}
                >
                  <span className="visually-hidden">{n.whole(count)}</span>
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
