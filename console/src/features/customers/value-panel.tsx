import { useQuery } from "@tanstack/react-query";
import { customerValueQuery } from "@/api/ltv";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTexts } from "@/shared/i18n/texts";
import { ErrorState } from "@/shared/ui/error-state";
import { Panel } from "@/shared/ui/panel";
import { SkeletonLines } from "@/shared/ui/skeleton";
import { valueTexts } from "./value-texts";
import styles from "./customer-page.module.css";

/** Whether this customer will buy again, how often and for how much. */
export function ValuePanel({ customerId }: { customerId: number }) {
  const t = useTexts(valueTexts);
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
