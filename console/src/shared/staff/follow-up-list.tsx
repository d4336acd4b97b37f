import { useInfiniteQuery } from "@tanstack/react-query";
import { followUpsQuery } from "@/api/leads";
import { useTimeFormat } from "@/shared/format/time-format";
import { useTexts } from "@/shared/i18n/texts";
import { ErrorState } from "@/shared/ui/error-state";
import { LoadMore } from "@/shared/ui/load-more";
import { SkeletonLines } from "@/shared/ui/skeleton";
import { When } from "@/shared/ui/when";
import { staffTexts } from "./staff-texts";
import styles from "./staff.module.css";

/** What staff wrote down of talks with a customer, the newest first. */
export function FollowUpList({ customerId }: { customerId: number }) {
  const t = useTexts(staffTexts);
  const time = useTimeFormat();
  const list = useInfiniteQuery(followUpsQuery(customerId));
  const rows = list.data?.pages.flatMap((page) => page.rows);
  if (list.error && !rows)
    return <ErrorState compact error={list.error} onRetry={() => void list.refetch()} />;
  if (!rows) return <SkeletonLines lines={2} />;
  if (rows.length === 0) return <p className={styles.quiet}>{t.noFollowUps}</p>;
  return (
    <>
      <ul className={styles.talks}>
        {rows.map((each) => (
          <li key={each.follow_up_id} className={styles.talk}>
            <p className={styles.talkText}>{each.text}</p>
            <span className={styles.quiet}>
              {[each.staff, t.ways[each.way], each.intent && t.intentOf(t.intents[each.intent])]
                .filter(Boolean)
                .join(" · ")}
              {" · "}
              <When at={each.recorded_at} />
              {each.is_latest && each.next_at && ` · ${t.nextAt} ${time.full(each.next_at)}`}
            </span>
          </li>
        ))}
      </ul>
      <LoadMore query={list} />
    </>
  );
}
