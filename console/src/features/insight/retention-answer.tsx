import type { CSSProperties } from "react";
import type { RetentionNumbers } from "@/api/types";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTimeFormat } from "@/shared/format/time-format";
import { Panel } from "@/shared/ui/panel";
import { ScrollArea } from "@/shared/ui/scroll-area";
import { groupKey, spotOf, type Choose } from "./question";
import { useWords } from "./words";
import styles from "./insight.module.css";

interface RetentionAnswerProps {
  numbers: RetentionNumbers;
  onChoose: Choose;
}

const heat = (share: number) => ({ "--heat": `${Math.round(share * 100)}%` }) as CSSProperties;

type Curve = RetentionNumbers["whole"];

function CurveRow({ curve, name, onChoose }: { curve: Curve; name: string; onChoose: Choose }) {
  const { t } = useWords();
  const n = useNumberFormat();
  const group = curve.group ? { group: groupKey(curve.group) } : {};
  return (
    <tr>
      <th scope="row">{name}</th>
      <td>
        <button
          type="button"
          className={styles.number}
          onClick={() => onChoose({ title: name, spot: spotOf(group) })}
        >
          {n.whole(curve.customers)}
        </button>
      </td>
      {curve.back.map((back, at) => {
        const of = curve.of[at] ?? 0;
        const share = of ? back / of : 0;
        return (
          <td key={at} className={styles.cell}>
            {of > 0 && (
              <button
                type="button"
                className={styles.heat}
                style={heat(share)}
                title={`${n.whole(back)} / ${n.whole(of)}`}
                onClick={() =>
                  onChoose({ title: `${name} · ${t.step(at + 1)}`, spot: spotOf({ cell: at, ...group }) })
                }
              >
                {n.share(share)}
              </button>
            )}
          </td>
        );
      })}
    </tr>
  );
}

function Cohorts({ numbers, onChoose }: RetentionAnswerProps) {
  const { t } = useWords();
  const n = useNumberFormat();
  const time = useTimeFormat();
  const names = numbers.brackets.map(({ least, most }) => t.bracketOf(least, most));
  return numbers.cohorts.map((cohort) => (
    <tr key={cohort.starts_on}>
      <th scope="row">{time.day(cohort.starts_on)}</th>
      <td>
        <button
          type="button"
          className={styles.number}
          disabled={cohort.customers === 0}
          onClick={() =>
            onChoose({
              title: t.cohortTitle(cohort.starts_on),
              spot: spotOf({ starts_on: cohort.starts_on }),
            })
          }
        >
          {n.whole(cohort.customers)}
        </button>
      </td>
      {cohort.cells.map((cell, at) => {
        if (!cell || cohort.customers === 0) return <td key={at} className={styles.cell} />;
        const share = cell.customers / cohort.customers;
        return (
          <td key={at} className={styles.cell}>
            <button
              type="button"
              className={cell.is_open ? `${styles.heat} ${styles.heatOpen}` : styles.heat}
              style={heat(share)}
              title={`${n.whole(cell.customers)}${cell.is_open ? ` · ${t.stillOpen}` : ""}`}
              onClick={() =>
                onChoose({
                  title: t.backTitle(cohort.starts_on, names[at] ?? ""),
                  spot: spotOf({ starts_on: cohort.starts_on, cell: at }),
                })
              }
            >
              {n.share(share)}
            </button>
          </td>
        );
      })}
    </tr>
  ));
}

/** Who came back: the heat map of cohorts, the curve of all, and those of the parts. */
export function RetentionAnswer({ numbers, onChoose }: RetentionAnswerProps) {
  const { t, group } = useWords();
  const head = (
    <thead>
      <tr>
        <th scope="col">{t.cohort}</th>
        <th scope="col">{t.customers}</th>
        {numbers.brackets.map(({ least, most }) => (
          <th key={`${least}-${most}`} scope="col">
            {t.bracketOf(least, most)}
          </th>
        ))}
      </tr>
    </thead>
  );
  return (
    <>
      <Panel flush title={t.kinds.retention}>
        <ScrollArea>
          <table className={styles.table} aria-label={t.kinds.retention}>
            {head}
            <tbody>
              <CurveRow curve={numbers.whole} name={t.whole} onChoose={onChoose} />
              <Cohorts numbers={numbers} onChoose={onChoose} />
            </tbody>
          </table>
        </ScrollArea>
      </Panel>
      {numbers.parts.length > 0 && (
        <Panel flush title={t.byGroup}>
          <ScrollArea>
            <table className={styles.table} aria-label={t.byGroup}>
              {head}
              <tbody>
                {numbers.parts.map(
                  (curve) =>
                    curve.group && (
                      <CurveRow
                        key={`${curve.group.kind}:${curve.group.key}`}
                        curve={curve}
                        name={group(curve.group)}
                        onChoose={onChoose}
                      />
                    ),
                )}
              </tbody>
            </table>
          </ScrollArea>
        </Panel>
      )}
    </>
  );
}
