import { useQuery } from "@tanstack/react-query";
import { servedQuery, serviceNumbersQuery, type ServiceNumber } from "@/api/service";
import { CountedPeople } from "@/shared/customers/counted-people";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTexts } from "@/shared/i18n/texts";
import { serviceTexts } from "./service-texts";
import styles from "./service.module.css";

const DAYS = 7;
const COUNTED: readonly ServiceNumber[] = [
  "conversations",
  "received",
  "by_rules",
  "by_persons",
  "handed_over",
];

/** What was done in the last days, in short; what counts something of customers leads to them. */
export function ServiceNumbers() {
  const t = useTexts(serviceTexts);
  const n = useNumberFormat();
  const { data } = useQuery(serviceNumbersQuery(DAYS));
  if (!data || data.total.conversations === 0) return null;
  const { total } = data;
  const { answer_seconds: answer, person_seconds: person } = total;
  const told = (number: ServiceNumber) =>
    number === "handed_over"
      ? `${n.whole(total.handed_over)} · ${n.share(total.handed_over / total.conversations)}`
      : n.whole(total[number]);
  return (
    <section aria-label={t.numbers}>
      <p className={styles.caption}>{t.numbers}</p>
      <dl className={styles.numbers}>
        {COUNTED.map((number) => (
          <div key={number}>
            <dt>{t.counts[number]}</dt>
            <dd>
              <CountedPeople count={total[number]} title={t.counts[number]} query={servedQuery(number, DAYS)}>
                {told(number)}
              </CountedPeople>
            </dd>
          </div>
        ))}
        <div>
          <dt>{t.waits.answer}</dt>
          <dd>{answer === null ? "—" : t.seconds(answer)}</dd>
        </div>
        <div>
          <dt>{t.waits.person}</dt>
          <dd>{person === null ? "—" : t.seconds(person)}</dd>
        </div>
      </dl>
    </section>
  );
}
