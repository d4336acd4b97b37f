import { Segmented } from "antd";
import { useState } from "react";
import type { AttributionQuestion, InsightAnswer } from "@/api/types";
import { useNumberFormat } from "@/shared/format/number-format";
import { useCurrency } from "@/shared/format/use-currency";
import { useTexts } from "@/shared/i18n/texts";
import { Hint } from "@/shared/ui/hint";
import { Panel } from "@/shared/ui/panel";
import { ScrollArea } from "@/shared/ui/scroll-area";
import { attributionTexts } from "./attribution-texts";
import { groupKey, spotOf, type Choose } from "./question";
import { useWords } from "./words";
import styles from "./insight.module.css";

export const MODELS = ["first", "last", "linear", "position", "decay", "markov", "shapley"] as const;

/** By which costs are held against credit: it is fair to every touch, and adds up. */
const MODEL_OF_COSTS = "shapley";

interface AttributionAnswerProps {
  question: AttributionQuestion;
  numbers: NonNullable<InsightAnswer["attribution"]>;
  onChoose: Choose;
}

/** Channels, and what each model credits them with. */
export function AttributionAnswer({ question, numbers, onChoose }: AttributionAnswerProps) {
  const { t: common, touched: channelName } = useWords();
  const t = useTexts(attributionTexts);
  const n = useNumberFormat();
  const currency = useCurrency();
  const [shown, setShown] = useState<"conversions" | "value">("conversions");
  const hasWorth = question.value != null;
  const isWorth = hasWorth && shown === "value";
  const say = (credit: { conversions: number; value: number } | undefined) =>
    isWorth
      ? n.moneyShort(credit?.value ?? 0, currency)
      : (credit?.conversions ?? 0).toLocaleString(undefined, { maximumFractionDigits: 1 });
  const moneyOf = (fen: number, times: number | undefined) =>
    times ? n.money(Math.round(fen / times), currency) : "—";
  const timesOf = (value: number | undefined, fen: number) =>
    fen ? ((value ?? 0) / fen).toLocaleString(undefined, { maximumFractionDigits: 2 }) : "—";
  const touched = isWorth ? numbers.value - numbers.untouched_value : numbers.conversions - numbers.untouched;
  const shareOf = (credit: { conversions: number; value: number } | undefined) =>
    touched > 0 ? ((isWorth ? credit?.value : credit?.conversions) ?? 0) / touched : 0;
  return (
    <Panel
      flush
      title={common.kinds.attribution}
      note={t.credited(n.whole(numbers.conversions), n.whole(numbers.untouched), n.whole(numbers.lost))}
      extra={
        hasWorth && (
          <Segmented
            aria-label={t.shown}
            value={shown}
            onChange={setShown}
            options={(["conversions", "value"] as const).map((value) => ({ value, label: t.showns[value] }))}
          />
        )
      }
    >
      <ScrollArea>
        <table className={styles.table} aria-label={common.kinds.attribution}>
          <thead>
            <tr>
              <th scope="col">{t.channel}</th>
              <th scope="col">{t.touchCount}</th>
              <th scope="col">{t.customers}</th>
              {MODELS.map((model) => (
                <th key={model} scope="col">
                  {t.models[model]} <Hint label={t.models[model]}>{t.modelTexts[model]}</Hint>
                </th>
              ))}
              {numbers.spent_fen !== null && (
                <>
                  <th scope="col">{t.spent}</th>
                  <th scope="col">
                    {t.costEach} <Hint label={t.costEach}>{t.costEachText}</Hint>
                  </th>
                  {hasWorth && (
                    <th scope="col">
                      {t.returned} <Hint label={t.returned}>{t.returnedText}</Hint>
                    </th>
                  )}
                </>
              )}
              <th scope="col">{t.notConverted}</th>
            </tr>
          </thead>
          <tbody>
            {numbers.channels.map((row) => {
              const name = channelName(question, row.channel);
              const choose = (dropped: boolean, title: string) =>
                onChoose({ title, spot: spotOf({ group: groupKey(row.channel), dropped }) });
              return (
                <tr key={`${row.channel.kind}:${row.channel.key}`}>
                  <th scope="row">{name}</th>
                  <td>{row.touches === null ? "—" : n.whole(row.touches)}</td>
                  <td>{row.customers === null ? "—" : n.whole(row.customers)}</td>
                  {MODELS.map((model) => (
                    <td key={model}>
                      <button
                        type="button"
                        className={styles.number}
                        title={t.convertedTitle(name)}
                        disabled={!row.credits[model]?.conversions}
                        onClick={() => choose(false, t.convertedTitle(name))}
                      >
                        {say(row.credits[model])}
                        <span className={styles.quiet}> {n.share(shareOf(row.credits[model]))}</span>
                      </button>
                    </td>
                  ))}
                  {row.spent_fen !== null && (
                    <>
                      <td>{n.moneyShort(row.spent_fen, currency)}</td>
                      <td>{moneyOf(row.spent_fen, row.credits[MODEL_OF_COSTS]?.conversions)}</td>
                      {hasWorth && <td>{timesOf(row.credits[MODEL_OF_COSTS]?.value, row.spent_fen)}</td>}
                    </>
                  )}
                  <td>
                    <button
                      type="button"
                      className={styles.number}
                      onClick={() => choose(true, t.notConvertedTitle(name))}
                    >
                      {t.see}
                    </button>
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </ScrollArea>
    </Panel>
  );
}
