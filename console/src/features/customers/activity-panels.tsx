import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { customerLeftOutQuery, customerMessagesQuery, customerOrdersQuery } from "@/api/customers";
import type { CustomerMessage } from "@/api/types";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTexts } from "@/shared/i18n/texts";
import { useVocabulary } from "@/shared/i18n/vocabulary";
import { LoadMore } from "@/shared/ui/load-more";
import { Panel } from "@/shared/ui/panel";
import { StatusTag, type Tone } from "@/shared/ui/status-tag";
import { When } from "@/shared/ui/when";
import { activityTexts } from "./activity-texts";
import styles from "./activity.module.css";

const TONES: Readonly<Partial<Record<string, Tone>>> = {
  held: "amber",
  failed: "danger",
  sent: "brand",
  delivered: "brand",
};

/** What the server calls the shop of a company that has but one. */
const ONLY_SHOP = "default";

/** Where what sent it is designed. */
const addressOf = ({ kind, definition_id: id }: CustomerMessage) =>
  kind === "journey" ? `/journeys/${id}` : kind === "send" ? `/sends/${id}` : null;

/** What they were to be sent: by what, whether it came, and why not. */
export function MessagesPanel({ customerId }: { customerId: number }) {
  const t = useTexts(activityTexts);
  const vocabulary = useVocabulary();
  const list = useInfiniteQuery(customerMessagesQuery(customerId));
  const rows = list.data?.pages.flatMap((page) => page.rows);
  const states: Partial<Record<string, string>> = t.states;
  return (
    <Panel title={t.messages}>
      {rows?.length === 0 && <p className={styles.quiet}>{t.noMessages}</p>}
      <ul className={styles.rows}>
        {rows?.map((row) => {
          const to = addressOf(row);
          return (
            <li key={row.message_id}>
              <span className={styles.words}>
                {to ? <Link to={to}>{row.name}</Link> : <span>{row.name ?? "—"}</span>}
                <span className={styles.quiet}>
                  {vocabulary.say("channels", row.channel)} · <When at={row.sent_at ?? row.created_at} />
                  {row.clicked_at && ` · ${t.clicked}`}
                </span>
                {row.reason && (
                  <span className={styles.quiet}>{t.because(vocabulary.say("reasons", row.reason))}</span>
                )}
              </span>
              <StatusTag tone={TONES[row.state] ?? "quiet"}>{states[row.state] ?? row.state}</StatusTag>
            </li>
          );
        })}
      </ul>
      <LoadMore query={list} />
      <LeftOut customerId={customerId} />
    </Panel>
  );
}

/** Sends that did not even ask for a message to them, and why. */
function LeftOut({ customerId }: { customerId: number }) {
  const t = useTexts(activityTexts);
  const vocabulary = useVocabulary();
  const { data } = useQuery(customerLeftOutQuery(customerId));
  if (!data?.rows.length) return null;
  return (
    <>
      <h3 className={styles.quiet}>{t.leftOut}</h3>
      <ul className={styles.rows}>
        {data.rows.map((row) => (
          <li key={`${row.send_id} ${row.reason} ${row.at}`}>
            <span className={styles.words}>
              <Link to={`/sends/${row.send_id}`}>{row.name ?? "—"}</Link>
              <span className={styles.quiet}>
                <When at={row.at} /> · {t.because(vocabulary.say("reasons", row.reason))}
              </span>
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}

/** What they bought, the latest first. */
export function OrdersPanel({ customerId }: { customerId: number }) {
  const t = useTexts(activityTexts);
  const n = useNumberFormat();
  const list = useInfiniteQuery(customerOrdersQuery(customerId));
  const rows = list.data?.pages.flatMap((page) => page.rows);
  return (
    <Panel title={t.orders}>
      {rows?.length === 0 && <p className={styles.quiet}>{t.noOrders}</p>}
      <ul className={styles.rows}>
        {rows?.map((row) => (
          <li key={`${row.shop} ${row.order_id}`}>
            <span className={styles.words}>
              <span className="num">{row.order_id}</span>
              <span className={styles.quiet}>
                {row.shop !== ONLY_SHOP && `${row.shop} · `}
                {t.pieces(n.whole(row.quantity))} · <When at={row.paid_at} />
              </span>
            </span>
            <strong className="num">{n.money(row.total_fen, row.currency)}</strong>
          </li>
        ))}
      </ul>
      <LoadMore query={list} />
    </Panel>
  );
}
