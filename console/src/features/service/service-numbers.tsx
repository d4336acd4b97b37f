import { useQuery } from "@tanstack/react-query";
import { serviceNumbersQuery } from "@/api/service";
import type { Condition } from "@/api/types";
import { servedWithin } from "@/shared/customers/people-behind";
import { PeopleLink } from "@/shared/customers/people-link";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTexts } from "@/shared/i18n/texts";
import { serviceTexts } from "./service-texts";
import styles from "./service.module.css";

const DAYS = 7;

/** What was done in the last days, in short. */
export function ServiceNumbers() {
  const t = useTexts(serviceTexts);
  const n = useNumberFormat();
  const { data } = useQuery(serviceNumbersQuery(DAYS));
  if (!data || data.total.conversations === 0) return null;
  const { total } = data;
  const { answer_seconds: answer, person_seconds: person } = total;
  const rows: [string, string, Condition?][] = [
    [t.counts.conversations, n.whole(total.conversations), servedWithin(DAYS)],
    [t.counts.received, n.whole(total.received), servedWithin(DAYS, "service_message_received")],
    [t.counts.byRules, n.whole(total.by_rules)],
    [t.counts.byPersons, n.whole(total.by_persons)],
    [
      t.counts.handed,
      `${n.whole(total.handed_over)} · ${n.share(total.handed_over / total.conversations)}`,
      servedWithin(DAYS, "service_handed_over"),
    ],
    [t.counts.answer, answer === null ? "—" : t.seconds(answer)],
    [t.counts.person, person === null ? "—" : t.seconds(person)],
  ];
  return (
    <section aria-label={t.numbers}>
      <p className={styles.caption}>{t.numbers}</p>
      <dl className={styles.numbers}>
        {rows.map(([word, value, of]) => (
          <div key={word}>
            <dt>{word}</dt>
            <dd>
              <PeopleLink of={of ?? null}>{value}</PeopleLink>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
