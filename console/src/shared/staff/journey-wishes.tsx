import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { ENQUIRIES, journeyWishesQuery, settleWish } from "@/api/enquiries";
import { useTexts } from "@/shared/i18n/texts";
import { Panel } from "@/shared/ui/panel";
import { useNotices } from "@/shared/ui/use-notices";
import { When } from "@/shared/ui/when";
import { askTexts } from "./ask-texts";
import styles from "./staff.module.css";

/** What the front line had to ask and the middle office wishes of this journey; for who edits it. */
export function JourneyWishes({ journeyId }: { journeyId: number }) {
  const t = useTexts(askTexts);
  const notices = useNotices();
  const queryClient = useQueryClient();
  const { data } = useQuery(journeyWishesQuery(journeyId));
  const settling = useMutation({
    mutationFn: settleWish,
    onSuccess: () => queryClient.invalidateQueries({ queryKey: [ENQUIRIES] }),
    onError: notices.failed,
  });
  if (!data?.rows.length) return null;
  return (
    <Panel title={t.wishes} note={t.wishesNote}>
      <ul className={styles.talks}>
        {data.rows.map(({ enquiry_id: id, subject, wish }) => (
          <li key={id} className={styles.talk}>
            <p className={styles.talkText}>{wish?.text}</p>
            <span className={styles.quiet}>
              {[wish?.step != null && t.step(wish.step), subject, wish?.by].filter(Boolean).join(" · ")} ·{" "}
              <When at={wish?.at ?? null} />{" "}
              <Button
                size="small"
                type="link"
                loading={settling.isPending && settling.variables === id}
                onClick={() => settling.mutate(id)}
              >
                {t.settle}
              </Button>
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
