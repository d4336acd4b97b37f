import type { InsightAnswer, StickinessQuestion } from "@/api/types";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTimeFormat } from "@/shared/format/time-format";
import { Panel } from "@/shared/ui/panel";
import { ScrollArea } from "@/shared/ui/scroll-area";
import { goneIn, lifeScale } from "./life-scale";
import { spotOf, type Choose } from "./question";
import { useWords } from "./words";
import styles from "./insight.module.css";

const LIVES = ["new", "returning", "resurrecting", "dormant"] as const;
/** So many periods have their name below the columns: more would not fit on a phone. */
const NAMED_MAX = 7;

interface LifecycleAnswerProps {
  numbers: NonNullable<InsightAnswer["lifecycle"]>;
  onChoose: Choose;
}

/** Who came, stayed, came back and went: columns upwards and downwards beside their scale, and the table. */
export function LifecycleAnswer({ numbers: { periods }, onChoose }: LifecycleAnswerProps) {
  const { t } = useWords();
  const n = useNumberFormat();
  const time = useTimeFormat();
  const { most, least, ticks } = lifeScale(periods);
  const choose = (row: (typeof periods)[number], life: (typeof LIVES)[number]) =>
    onChoose({
      title: t.lifeTitle(row.starts_on, t.lives[life]),
      spot: spotOf({ starts_on: row.starts_on, life }),
    });
  const whole = most + least;
  const nth = Math.ceil(periods.length / NAMED_MAX);
  return (
    <>
      <Panel
        title={t.kinds.lifecycle}
        extra={
          <ul className={styles.legend} aria-hidden="true">
            {LIVES.map((life) => (
              <li key={life} className={styles[life]}>
                {t.lives[life]}
              </li>
            ))}
            {periods.some((row) => row.is_open) && <li className={styles.unfinished}>{t.notOver}</li>}
          </ul>
        }
      >
        <div className={styles.columns}>
          <div className={styles.scale} aria-hidden="true">
            <div className={styles.ticks}>
              {ticks.map((value) => (
                <span key={value} style={{ top: `${((most - value) / whole) * 100}%` }}>
                  {n.wholeShort(Math.abs(value))}
                </span>
              ))}
            </div>
            <span className={styles.columnName}>{t.peopleUnit}</span>
          </div>
          {periods.map((row, place) => (
            <div
              key={row.starts_on}
              className={row.is_open ? `${styles.column} ${styles.unfinished}` : styles.column}
            >
              <div className={styles.up} style={{ flexGrow: most / whole }}>
                {(["resurrecting", "returning", "new"] as const).map((life) => (
                  <button
                    key={life}
                    type="button"
                    tabIndex={-1}
                    className={`${styles.slice} ${styles[life]}`}
                    style={{ height: `${(row[life] / most) * 100}%` }}
                    title={`${row.starts_on} ${t.lives[life]} ${n.whole(row[life])}`}
                    aria-label={`${row.starts_on} ${t.lives[life]} ${n.whole(row[life])}`}
                    onClick={() => choose(row, life)}
                  />
                ))}
              </div>
              <div className={styles.down} style={{ flexGrow: least / whole }}>
                <button
                  type="button"
                  tabIndex={-1}
                  className={`${styles.slice} ${styles.dormant}`}
                  style={{ height: `${least && (goneIn(row) / least) * 100}%` }}
                  title={`${row.starts_on} ${t.lives.dormant} ${n.whole(row.dormant)}`}
                  aria-label={`${row.starts_on} ${t.lives.dormant} ${n.whole(row.dormant)}`}
                  onClick={() => choose(row, "dormant")}
                />
              </div>
              <span className={styles.columnName}>{place % nth === 0 && time.day(row.starts_on)}</span>
            </div>
          ))}
        </div>
      </Panel>
      <Panel flush>
        <ScrollArea>
          <table className={styles.table} aria-label={t.kinds.lifecycle}>
            <thead>
              <tr>
                <th scope="col">{t.period}</th>
                {LIVES.map((life) => (
                  <th key={life} scope="col">
                    {t.lives[life]}
                  </th>
                ))}
                <th scope="col">{t.activePeople}</th>
              </tr>
            </thead>
            <tbody>
              {periods.toReversed().map((row) => (
                <tr key={row.starts_on}>
                  <th scope="row">
                    {time.day(row.starts_on)}
                    {row.is_open && <span className={styles.open} title={t.stillOpen} />}
                  </th>
                  {LIVES.map((life) => (
                    <td key={life}>
                      <button
                        type="button"
                        className={styles.number}
                        disabled={row[life] === 0}
                        onClick={() => choose(row, life)}
                      >
                        {n.whole(row[life])}
                      </button>
                    </td>
                  ))}
                  <td>{n.whole(row.active)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollArea>
      </Panel>
    </>
  );
}

interface StickinessAnswerProps {
  question: StickinessQuestion;
  numbers: NonNullable<InsightAnswer["stickiness"]>;
  onChoose: Choose;
}

/** How often customers come: the share of each day, and how many were active on how many days. */
export function StickinessAnswer({ question, numbers, onChoose }: StickinessAnswerProps) {
  const { t } = useWords();
  const n = useNumberFormat();
  const time = useTimeFormat();
  const most = Math.max(1, ...numbers.days_active);
  // Nobody was active on more days than these; a row for each of them would say nothing.
  const shown = numbers.days_active.slice(0, Math.max(1, numbers.days_active.findLastIndex(Boolean) + 1));
  return (
    <>
      <Panel title={t.daysActive}>
        <ul className={styles.bars}>
          {shown.map((customers, at) => (
            <li key={at} className={styles.barRow}>
              <span className={styles.barName}>{t.days(at + 1)}</span>
              <span className={styles.barTrack}>
                <span className={styles.bar} style={{ width: `${(customers / most) * 100}%` }} />
              </span>
              <button
                type="button"
                className={styles.number}
                disabled={customers === 0}
                onClick={() => onChoose({ title: t.daysTitle(at + 1), spot: spotOf({ days: at + 1 }) })}
              >
                {n.whole(customers)}
              </button>
            </li>
          ))}
        </ul>
      </Panel>
      <Panel flush title={t.sticky}>
        <ScrollArea>
          <table className={styles.table} aria-label={t.sticky}>
            <thead>
              <tr>
                <th scope="col">{t.period}</th>
                <th scope="col">{t.activeDay}</th>
                <th scope="col">{t.activeSpan(question.of_days)}</th>
                <th scope="col">{t.sticky}</th>
              </tr>
            </thead>
            <tbody>
              {numbers.days.toReversed().map((row) => (
                <tr key={row.day}>
                  <th scope="row">
                    {time.day(row.day)}
                    {row.is_open && <span className={styles.open} title={t.stillOpen} />}
                  </th>
                  <td>
                    <button
                      type="button"
                      className={styles.number}
                      disabled={row.active === 0}
                      onClick={() =>
                        onChoose({ title: t.dayTitle(row.day), spot: spotOf({ starts_on: row.day }) })
                      }
                    >
                      {n.whole(row.active)}
                    </button>
                  </td>
                  <td>{n.whole(row.active_of_days)}</td>
                  <td>{row.active_of_days ? n.share(row.active / row.active_of_days) : "—"}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollArea>
      </Panel>
    </>
  );
}
