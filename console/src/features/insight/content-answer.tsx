import type { InsightAnswer, SendsQuestion } from "@/api/types";
import { useNumberFormat } from "@/shared/format/number-format";
import { useWordList } from "@/shared/i18n/use-word-list";
import { Panel } from "@/shared/ui/panel";
import { ScrollArea } from "@/shared/ui/scroll-area";
import { spotOf, type Choose } from "./question";
import { useWords } from "./words";
import styles from "./insight.module.css";

interface CompletionAnswerProps {
  numbers: NonNullable<InsightAnswer["completion"]>;
  onChoose: Choose;
}

/** Contents with who opened and who finished them. */
export function CompletionAnswer({ numbers, onChoose }: CompletionAnswerProps) {
  const { t, length } = useWords();
  const n = useNumberFormat();
  return (
    <Panel
      flush
      title={t.kinds.completion}
      note={`${t.opened} ${n.whole(numbers.opened)} · ${t.finished} ${n.whole(numbers.finished)}`}
    >
      <ScrollArea>
        <table className={styles.table} aria-label={t.kinds.completion}>
          <thead>
            <tr>
              {[t.content, t.opened, t.finished, t.rate, t.medianTime].map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {numbers.rows.map((row) => (
              <tr key={row.content}>
                <th scope="row">{row.content}</th>
                <td>
                  <button
                    type="button"
                    className={styles.number}
                    title={t.unfinishedTitle(row.content)}
                    onClick={() =>
                      onChoose({
                        title: t.unfinishedTitle(row.content),
                        spot: spotOf({ name: row.content, dropped: true }),
                      })
                    }
                  >
                    {n.whole(row.opened)}
                  </button>
                </td>
                <td>
                  <button
                    type="button"
                    className={styles.number}
                    disabled={row.finished === 0}
                    onClick={() =>
                      onChoose({ title: t.finishedTitle(row.content), spot: spotOf({ name: row.content }) })
                    }
                  >
                    {n.whole(row.finished)}
                  </button>
                </td>
                <td>{n.share(row.finished / row.opened)}</td>
                <td>{row.median_ms === null ? "—" : length(row.median_ms)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollArea>
    </Panel>
  );
}

const OUTCOMES = [
  "requested",
  "held",
  "waiting",
  "sent",
  "delivered",
  "failed",
  "clicked",
  "converted",
  "unsubscribed",
] as const;

interface SendsAnswerProps {
  question: SendsQuestion;
  numbers: NonNullable<InsightAnswer["sends"]>;
  onChoose: Choose;
}

/** What messages did: those who were meant to get one against those held out. */
function SendsLifts({ lifts }: { lifts: SendsAnswerProps["numbers"]["lifts"] }) {
  const { t } = useWords();
  const n = useNumberFormat();
  const points = (share: number) => `${share > 0 ? "+" : ""}${(share * 100).toFixed(1)} pp`;
  const rate = (done: number, all: number) => (all > 0 ? done / all : 0);
  return (
    <Panel flush title={t.lift} note={t.liftNote}>
      <ScrollArea>
        <table className={styles.table} aria-label={t.lift}>
          <thead>
            <tr>
              <th scope="col">{t.liftOf}</th>
              <th scope="col">{t.liftMeant}</th>
              <th scope="col">{t.liftHeldOut}</th>
              <th scope="col">{t.liftAdds}</th>
              <th scope="col">{t.liftInterval}</th>
              <th scope="col">{t.liftP}</th>
            </tr>
          </thead>
          <tbody>
            {lifts.map((each) => {
              const meant = rate(each.meant_converted, each.meant);
              const heldOut = rate(each.held_out_converted, each.held_out);
              return (
                <tr key={each.journey_id ?? 0}>
                  <th scope="row">{each.journey_id === null ? t.liftCompany : each.label}</th>
                  <td>
                    {n.share(meant)} ({n.whole(each.meant)})
                  </td>
                  <td>
                    {n.share(heldOut)} ({n.whole(each.held_out)})
                  </td>
                  <td>{points(meant - heldOut)}</td>
                  <td>
                    {each.low === null || each.high === null
                      ? "—"
                      : `${points(each.low)} … ${points(each.high)}`}
                  </td>
                  <td>{each.p_value === null ? "—" : each.p_value.toFixed(3)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </ScrollArea>
    </Panel>
  );
}

/** What became of messages, of each journey, step or channel. */
export function SendsAnswer({ question, numbers, onChoose }: SendsAnswerProps) {
  const { t, reason, channel } = useWords();
  const n = useNumberFormat();
  const listed = useWordList();
  const name = (row: (typeof numbers.rows)[number]) =>
    row.key === "" ? t.allMessages : question.by === "channel" ? channel(row.key) : row.label;
  const table = (
    <Panel flush title={t.kinds.sends}>
      <ScrollArea>
        <table className={styles.table} aria-label={t.kinds.sends}>
          <thead>
            <tr>
              <th scope="col">{t.bys[question.by]}</th>
              {OUTCOMES.map((outcome) => (
                <th key={outcome} scope="col">
                  {t.outcomes[outcome]}
                </th>
              ))}
              <th scope="col">{t.reasons}</th>
            </tr>
          </thead>
          <tbody>
            {numbers.rows.map((row) => (
              <tr key={row.key}>
                <th scope="row">{name(row)}</th>
                {OUTCOMES.map((outcome) => (
                  <td key={outcome}>
                    <button
                      type="button"
                      className={styles.number}
                      disabled={!row.counts[outcome]}
                      onClick={() =>
                        onChoose({
                          title: t.outcomeTitle(name(row), t.outcomes[outcome]),
                          spot: spotOf({ outcome, name: row.key }),
                        })
                      }
                    >
                      {n.whole(row.counts[outcome] ?? 0)}
                    </button>
                  </td>
                ))}
                <td className={styles.reasons}>
                  {listed(
                    Object.entries(row.reasons).map(([why, count]) => `${reason(why)} ${n.whole(count)}`),
                  ) || "—"}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollArea>
    </Panel>
  );
  return numbers.lifts.length === 0 ? (
    table
  ) : (
    <div className={styles.stack}>
      {table}
      <SendsLifts lifts={numbers.lifts} />
    </div>
  );
}
