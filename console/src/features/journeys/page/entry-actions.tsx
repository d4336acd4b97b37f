import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Button } from "antd";
import { endEntries, retryEntries, type JourneyEntry } from "@/api/journeys";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { useNotices } from "@/shared/ui/use-notices";
import { pageTexts } from "./page-texts";
import styles from "./page.module.css";

interface EntryActionsProps {
  journeyId: number;
  entries: readonly JourneyEntry[];
}

/** Puts back those whom a fault stopped, or lets people out. */
export function EntryActions({ journeyId, entries }: EntryActionsProps) {
  const t = useTexts(pageTexts);
  const may = useMay();
  const notices = useNotices();
  const { modal } = App.useApp();
  const queryClient = useQueryClient();
  const act = useMutation({
    mutationFn: ({ run }: { run: () => Promise<unknown>; text: string }) => run(),
    onSuccess: async (_, { text }) => {
      notices.done(text);
      await queryClient.invalidateQueries({ queryKey: ["journey-entries", journeyId] });
      await queryClient.invalidateQueries({ queryKey: ["journey-numbers", journeyId] });
    },
    onError: notices.failed,
  });
  const idsOf = (states: readonly JourneyEntry["state"][]) =>
    entries.filter(({ state }) => states.includes(state)).map(({ entry_id: id }) => id);
  const faulted = idsOf(["paused"]);
  const walking = idsOf(["active", "paused"]);
  if (!may(rights.enterJourneys) || walking.length === 0) return null;
  const end = () =>
    modal.confirm({
      title: t.end,
      content: t.endSure(walking.length),
      okText: t.end,
      okButtonProps: { danger: true },
      cancelText: t.cancel,
      onOk: () => act.mutate({ run: () => endEntries(journeyId, walking), text: t.ended }),
    });
  return (
    <span className={styles.actions}>
      {faulted.length > 0 && (
        <Button
          size="small"
          loading={act.isPending}
          onClick={() =>
            act.mutate({ run: () => retryEntries(journeyId, { entry_ids: faulted }), text: t.retried })
          }
        >
          {faulted.length > 1 ? t.retryAll : t.retry}
        </Button>
      )}
      <Button size="small" type="text" danger disabled={act.isPending} onClick={end}>
        {walking.length > 1 ? t.endAll(walking.length) : t.end}
      </Button>
    </span>
  );
}
