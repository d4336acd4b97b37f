import { useQuery } from "@tanstack/react-query";
import { customerValueQuery } from "@/api/ltv";
import { useNumberFormat } from "@/shared/format/number-format";
import { defineTexts, useTexts } from "@/shared/i18n/texts";
import { ErrorState } from "@/shared/ui/error-state";
import { Panel } from "@/shared/ui/panel";
import { SkeletonLines } from "@/shared/ui/skeleton";
import styles from "./customer-page.module.css";

const texts = defineTexts({
  zh: {
    title: "预期价值",
    hint: "由 BG/NBD 与 Gamma-Gamma 模型从订单估算，每晚重算。只买过一次的客户，模型认为还没有离开的机会，概率总是 100%。",
    none: "还没有估算：没有买过，或最近才来。",
    alive: "仍活跃的概率",
    orders: "未来 90 天预期",
    times: (n: string) => `${n} 次`,
    ticket: "预期客单价",
    value: "未来 365 天价值",
  },
  en: {
    title: "Expected value",
    hint: "Estimated from the orders by BG/NBD and Gamma-Gamma, every night. Who bought but once had no chance to leave, says the model: always 100%.",
    none: "Nothing is estimated: never bought, or came only lately.",
    alive: "Still a buyer",
    orders: "Expected in 90 days",
    times: (n: string) => `${n} purchases`,
    ticket: "Expected amount",
    value: "Value of 365 days",
  },
});

/** Whether this customer will buy again, how often and for how much. */
export function ValuePanel({ customerId }: { customerId: number }) {
  const t = useTexts(texts);
  const n = useNumberFormat();
  const { data, error, refetch } = useQuery(customerValueQuery(customerId));
  const money = (fen: number | null) => (fen === null ? "—" : n.money(fen, data?.currency ?? "CNY"));
  return (
    <Panel title={t.title} hint={t.hint}>
      {error && !data ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : !data ? (
        <SkeletonLines lines={3} />
      ) : data.p_alive === null || data.expected_orders === null ? (
        <p className={styles.quiet}>{t.none}</p>
      ) : (
        <dl className={styles.facts}>
          <div>
            <dt>{t.alive}</dt>
            <dd>{n.share(data.p_alive)}</dd>
          </div>
          <div>
            <dt>{t.orders}</dt>
            <dd>{t.times(data.expected_orders.toFixed(1))}</dd>
          </div>
          <div>
            <dt>{t.ticket}</dt>
            <dd>{money(data.expected_ticket_fen)}</dd>
          </div>
          <div>
            <dt>{t.value}</dt>
            <dd>{money(data.expected_value_fen)}</dd>
          </div>
        </dl>
      )}
    </Panel>
  );
}
