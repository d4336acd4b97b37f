import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { segmentsOfQuery } from "@/api/segments";
import type { Customer } from "@/api/types";
import { useTimeFormat } from "@/shared/format/time-format";
import { useTexts } from "@/shared/i18n/texts";
import { useVocabulary } from "@/shared/i18n/vocabulary";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { Panel } from "@/shared/ui/panel";
import { StatusTag } from "@/shared/ui/status-tag";
import { When } from "@/shared/ui/when";
import { activityTexts } from "./activity-texts";
import { customersTexts } from "./customers-texts";
import { Masked } from "./reveal";
import styles from "./customer-page.module.css";

interface PanelProps {
  customer: Customer;
}

/** Who they are before what else is known. */
const FIRST = ["name", "nickname", "gender", "birthday", "age", "province", "city"];

const rank = (name: string) => (FIRST.includes(name) ? FIRST.indexOf(name) : FIRST.length);

/** Whether the server masked it, or something in it. */
const isMasked = (value: unknown) => JSON.stringify([value]).includes("***");

export function FactsPanel({ customer }: PanelProps) {
  const t = useTexts(customersTexts);
  const vocabulary = useVocabulary();
  const time = useTimeFormat();
  const facts = Object.entries(customer.attributes).sort(([one], [other]) => rank(one) - rank(other));
  return (
    <Panel title={t.facts}>
      {facts.length === 0 && <p className={styles.quiet}>{t.noFacts}</p>}
      <dl className={styles.facts}>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt title={name}>{vocabulary.say("attributes", name)}</dt>
            <dd>
              {isMasked(value) ? (
                <Masked
                  customerId={customer.customer_id}
                  target={{ attribute: name }}
                  name={vocabulary.say("attributes", name)}
                  masked={vocabulary.value(value)}
                />
              ) : (
                vocabulary.value(value)
              )}
            </dd>
          </div>
        ))}
        <div>
          <dt>{t.firstSeen}</dt>
          <dd>{time.full(customer.first_seen_at)}</dd>
        </div>
      </dl>
    </Panel>
  );
}

/** The segments that they are in, since when, and the way to why. */
function SegmentRows({ customer }: PanelProps) {
  const t = useTexts(customersTexts);
  const { data } = useQuery(segmentsOfQuery(customer.customer_id));
  // What the customer's own row says is there at once; since when comes after.
  const since = new Map(data?.rows.map((row) => [row.segment_id, row.since]));
  return (
    <ul className={styles.rows}>
      {customer.segments.map(({ segment_id: id, name }) => (
        <li key={id}>
          <span>
            <Link to={`/segments/${id}`}>{name}</Link>
            {since.get(id) && (
              <span className={styles.since}>
                {t.since} <When at={since.get(id)} />
              </span>
            )}
          </span>
          <Link to={`/segments/${id}/explain?customer=${customer.customer_id}`} className={styles.why}>
            {t.whyIn}
          </Link>
        </li>
      ))}
    </ul>
  );
}

export function MembershipPanel({ customer }: PanelProps) {
  const t = useTexts(customersTexts);
  const words = useTexts(activityTexts);
  const vocabulary = useVocabulary();
  const may = useMay();
  return (
    <Panel>
      <div className={styles.section}>
        <h2 className={styles.sectionName}>{t.segments}</h2>
        {customer.segments.length === 0 && <p className={styles.quiet}>{t.noSegments}</p>}
        {may(rights.readSegments) ? (
          <SegmentRows customer={customer} />
        ) : (
          <div className={styles.chips}>
            {customer.segments.map(({ segment_id: id, name }) => (
              <span key={id} className={styles.chip}>
                {name}
              </span>
            ))}
          </div>
        )}
      </div>
      <div className={styles.section}>
        <h2 className={styles.sectionName}>{t.journeys}</h2>
        {customer.journeys.length === 0 && <p className={styles.quiet}>{t.noJourneys}</p>}
        <ul className={styles.rows}>
          {customer.journeys.map(({ journey_id: id, name, state, entry_id: entry, entered_at: at, node }) => (
            <li key={id}>
              <span>
                {may(rights.readJourneys) ? (
                  <Link to={`/journeys/${id}?entry=${entry}`} title={words.path}>
                    {name}
                  </Link>
                ) : (
                  <span>{name}</span>
                )}
                <span className={styles.since}>
                  {state === "active" && `${words.rests(node)} · `}
                  <When at={at} />
                </span>
              </span>
              <StatusTag tone={state === "active" ? "info" : "quiet"}>
                {vocabulary.say("journeyStates", state)}
              </StatusTag>
            </li>
          ))}
        </ul>
      </div>
    </Panel>
  );
}
