import type { FunnelNumbers, FunnelQuestion } from "@/api/types";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTimeFormat } from "@/shared/format/time-format";
import { Panel } from "@/shared/ui/panel";
import { ScrollArea } from "@/shared/ui/scroll-area";
import { groupKey, spotOf, type Choose } from "./question";
import { useWords } from "./words";
import styles from "./insight.module.css";

interface FunnelAnswerProps {
  question: FunnelQuestion;
  numbers: FunnelNumbers;
  onChoose: Choose;
}

const part = (some: number | undefined, of: number | undefined) => (some && of ? some / of : 0);

function Bars({ question, numbers, onChoose }: FunnelAnswerProps) {
  const { t, step: stepName, length } = useWords();
  const n = useNumberFormat();
  const { reached } = numbers;
  return (
    <ol className={styles.funnel}>
      {question.steps.map((step, at) => {
        const name = question.order === "any" ? t.step(at + 1) : stepName(step);
        const count = reached[at] ?? 0;
        const lost = count - (reached[at + 1] ?? 0);
        const times = at > 0 ? numbers.times[at - 1] : null;
        return (
          <li key={at} className={styles.funnelStep}>
            <div className={styles.funnelHead}>
              <span className={styles.stepNumber} aria-hidden="true">
                {at + 1}
              </span>
              <strong>{name}</strong>
              {times && (
                <span
                  className={styles.quiet}
                  title={t.quartiles(length(times.quarter_ms), length(times.three_quarters_ms))}
                >
                  {t.medianTime} {length(times.median_ms)}
                </span>
              )}
            </div>
            <div className={styles.funnelTrack}>
              <button
                type="button"
                className={styles.funnelBar}
                style={{ width: `${Math.max(part(count, reached[0]) * 100, 1)}%` }}
                aria-label={`${t.reachedTitle(name)} ${n.whole(count)}`}
                onClick={() => onChoose({ title: t.reachedTitle(name), spot: spotOf({ step: at + 1 }) })}
              />
              <span className={styles.funnelCount}>
                <strong>{n.whole(count)}</strong>
                {at > 0 && (
                  <span className={styles.quiet}>
                    {n.share(part(count, reached[at - 1]))} {t.ofBefore} · {n.share(part(count, reached[0]))}{" "}
                    {t.ofFirst}
                  </span>
                )}
              </span>
            </div>
            {at + 1 < reached.length && lost > 0 && (
              <button
                type="button"
                className={styles.lost}
                onClick={() =>
                  onChoose({ title: t.droppedTitle(name), spot: spotOf({ step: at + 1, dropped: true }) })
                }
              >
                ↓ {t.dropped} {n.whole(lost)}（{n.share(part(lost, count))}）
              </button>
            )}
          </li>
        );
      })}
    </ol>
  );
}

function HowLong({ numbers }: { numbers: FunnelNumbers }) {
  const { t, length } = useWords();
  const n = useNumberFormat();
  const { whole } = numbers;
  if (!whole) return null;
  const most = Math.max(1, ...whole.bars.map((bar) => bar.customers));
  return (
    <Panel
      title={t.howLong}
      note={`${t.medianTime} ${length(whole.median_ms)} · ${t.quartiles(length(whole.quarter_ms), length(whole.three_quarters_ms))}`}
    >
      <ul className={styles.bars}>
        {whole.bars.map((bar) => (
          <li key={bar.at_least_ms} className={styles.barRow}>
            <span className={styles.barName}>
              {bar.at_least_ms === 0 ? t.durations.ms : `≥ ${length(bar.at_least_ms)}`}
            </span>
            <span className={styles.barTrack}>
              <span className={styles.bar} style={{ width: `${(bar.customers / most) * 100}%` }} />
            </span>
            <span className={styles.barValue}>{n.whole(bar.customers)}</span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function Groups({ question, numbers, onChoose }: FunnelAnswerProps) {
  const { t, group, step: stepName } = useWords();
  const n = useNumberFormat();
  if (numbers.parts.length === 0) return null;
  return (
    <Panel flush title={t.byGroup}>
      <ScrollArea>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{t.group}</th>
              {question.steps.map((step, at) => (
                <th key={at} scope="col">
                  {at + 1}. {stepName(step)}
                </th>
              ))}
              <th scope="col">{t.conversion}</th>
            </tr>
          </thead>
          <tbody>
            {numbers.parts.map((row) => (
              <tr key={`${row.group.kind}:${row.group.key}`}>
                <th scope="row">{group(row.group)}</th>
                {row.reached.map((count, at) => (
                  <td key={at}>
                    <button
                      type="button"
                      className={styles.number}
                      onClick={() =>
                        onChoose({
                          title: `${group(row.group)} · ${t.step(at + 1)}`,
                          spot: spotOf({ step: at + 1, group: groupKey(row.group) }),
                        })
                      }
                    >
                      {n.whole(count)}
                    </button>
                  </td>
                ))}
                <td>{n.share(part(row.reached.at(-1), row.reached[0]))}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollArea>
    </Panel>
  );
}

function Trend({ numbers, onChoose }: FunnelAnswerProps) {
  const { t } = useWords();
  const n = useNumberFormat();
  const time = useTimeFormat();
  return (
    <Panel flush title={t.trend} note={t.conversion}>
      <ScrollArea>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{t.cohort}</th>
              {numbers.reached.map((_, at) => (
                <th key={at} scope="col">
                  {t.step(at + 1)}
                </th>
              ))}
              <th scope="col">{t.conversion}</th>
            </tr>
          </thead>
          <tbody>
            {numbers.periods.toReversed().map((row) => (
              <tr key={row.starts_on}>
                <th scope="row">
                  {time.day(row.starts_on)}
                  {row.is_open && <span className={styles.open} title={t.stillOpen} />}
                </th>
                {row.reached.map((count, at) => (
                  <td key={at}>
                    <button
                      type="button"
                      className={styles.number}
                      disabled={count === 0}
                      onClick={() =>
                        onChoose({
                          title: `${row.starts_on} · ${t.step(at + 1)}`,
                          spot: spotOf({ step: at + 1, starts_on: row.starts_on }),
                        })
                      }
                    >
                      {n.whole(count)}
                    </button>
                  </td>
                ))}
                <td>{row.reached[0] ? n.share(part(row.reached.at(-1), row.reached[0])) : "—"}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollArea>
    </Panel>
  );
}

/** How far customers came: bars, times, parts, days. */
export function FunnelAnswer(props: FunnelAnswerProps) {
  const { t } = useWords();
  const n = useNumberFormat();
  const { reached } = props.numbers;
  return (
    <>
      <Panel title={t.kinds.funnel} note={`${t.conversion} ${n.share(part(reached.at(-1), reached[0]))}`}>
        <Bars {...props} />
      </Panel>
      <HowLong numbers={props.numbers} />
      <Groups {...props} />
      <Trend {...props} />
    </>
  );
}
