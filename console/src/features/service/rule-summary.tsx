import type { ServiceRuleDefinition } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { Panel } from "@/shared/ui/panel";
import { serviceTexts } from "./service-texts";
import styles from "./service.module.css";

/** All that the rules answer, to be read. */
export function RuleSummary({ rules }: { rules: ServiceRuleDefinition }) {
  const t = useTexts(serviceTexts);
  const rows = (pairs: readonly (readonly [string, string])[]) => (
    <dl className={styles.facts}>
      {pairs.map(([word, text], n) => (
        <div key={n} className={styles.fact}>
          <dt>{word}</dt>
          <dd>{text}</dd>
        </div>
      ))}
    </dl>
  );
  const basics = [
    [t.welcome, rules.welcome],
    [t.firstReply, rules.first_reply],
    [t.fallback, rules.fallback],
    [t.outOfHours, rules.out_of_hours],
    [t.closing, rules.closing],
  ] as const;
  const said = basics.filter(([, text]) => text !== "");
  return (
    <>
      {said.length > 0 && <Panel title={t.basics}>{rows(said)}</Panel>}
      {rules.replies.length > 0 && (
        <Panel title={t.replies}>
          {rows(
            rules.replies.map((each) => [`${t[each.match]} ${each.words.join(" / ")}`, each.text] as const),
          )}
        </Panel>
      )}
      {rules.faqs.length > 0 && (
        <Panel title={t.faqs}>{rows(rules.faqs.map((each) => [each.question, each.answer] as const))}</Panel>
      )}
      {rules.hand_over && (
        <Panel title={t.handOvers}>
          {rows([
            [t.handOverWords, rules.hand_over.words.join(" / ") || "—"],
            [
              t.afterUnmatched,
              rules.hand_over.after_unmatched ? t.times(rules.hand_over.after_unmatched) : t.never,
            ],
          ])}
        </Panel>
      )}
    </>
  );
}
