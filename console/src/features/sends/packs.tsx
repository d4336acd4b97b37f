import { CheckCircleOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { packsQuery } from "@/api/sends";
import type { SendPack } from "@/api/types";
import { useCurrency } from "@/shared/format/use-currency";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTimeFormat } from "@/shared/format/time-format";
import { useTexts } from "@/shared/i18n/texts";
import { EmptyState } from "@/shared/ui/empty-state";
import { ErrorState } from "@/shared/ui/error-state";
import { Panel } from "@/shared/ui/panel";
import { SkeletonLines } from "@/shared/ui/skeleton";
import { sendsTexts } from "./sends-texts";
import styles from "./sends.module.css";

function PackPanel({ pack }: { pack: SendPack }) {
  const t = useTexts(sendsTexts);
  const n = useNumberFormat();
  const time = useTimeFormat();
  const currency = useCurrency();
  return (
    <Panel title={pack.name} note={pack.minutes ? t.packMinutes(n.whole(pack.minutes)) : t.packDone}>
      <ol className={styles.items}>
        {pack.rows.map((row) => (
          <li key={row.content_key} className={row.is_confirmed ? styles.done : ""}>
            <p className={styles.itemText}>{row.text}</p>
            <span className={styles.quiet}>
              {t.packOf(n.whole(row.customers), n.whole(row.tasks))}
              {row.worth_fen > 0 && ` · ${t.worthOf(n.moneyShort(row.worth_fen, currency))}`}
              {" · "}
              {row.is_confirmed ? t.confirmed : t.until(time.clock(row.ends_at))}
            </span>
          </li>
        ))}
      </ol>
    </Panel>
  );
}

/** What each member of the staff is to confirm today. */
export function SendPacks() {
  const t = useTexts(sendsTexts);
  const { data, error, refetch } = useQuery(packsQuery());
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data)
    return (
      <Panel>
        <SkeletonLines lines={5} />
      </Panel>
    );
  if (!data.rows.length)
    return (
      <Panel>
        <EmptyState icon={<CheckCircleOutlined aria-hidden />} title={t.noPacks} text={t.noPacksText} />
      </Panel>
    );
  return (
    <div className={styles.stack}>
      <p className={styles.quiet}>{t.packsNote}</p>
      <div className={styles.packs}>
        {data.rows.map((pack) => (
          <PackPanel key={pack.staff_id} pack={pack} />
        ))}
      </div>
    </div>
  );
}
