import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, InputNumber } from "antd";
import { useState } from "react";
import { holdOutQuery, setHoldOut } from "@/api/journeys";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { Panel } from "@/shared/ui/panel";
import { useNotices } from "@/shared/ui/use-notices";
import { journeysTexts } from "./journeys-texts";
import styles from "./journey-page.module.css";

/** How many customers of the whole company get no messages. */
export function HoldOutPanel() {
  const t = useTexts(journeysTexts);
  const n = useNumberFormat();
  const may = useMay();
  const notices = useNotices();
  const queryClient = useQueryClient();
  const holdOut = useQuery(holdOutQuery());
  const [share, setShare] = useState<number | null>(null);
  const save = useMutation({
    mutationFn: (wanted: number) => setHoldOut(wanted),
    onSuccess: (found) => {
      queryClient.setQueryData(holdOutQuery().queryKey, found);
      setShare(null);
      notices.done(t.holdOutSaved);
    },
    onError: notices.failed,
  });
  if (!holdOut.data) return null;
  const shown = share ?? holdOut.data.share;
  return (
    <Panel title={t.companyHoldOut} note={t.companyHoldOutText} className={styles.below}>
      <div className={styles.holdOut}>
        {may(rights.writeMessages) ? (
          <>
            <InputNumber<number>
              aria-label={t.percent}
              min={0}
              max={50}
              precision={0}
              suffix="%"
              value={shown}
              onChange={(wanted) => wanted !== null && setShare(wanted)}
            />
            <Button
              disabled={shown === holdOut.data.share}
              loading={save.isPending}
              onClick={() => save.mutate(shown)}
            >
              {t.setHoldOut}
            </Button>
          </>
        ) : (
          <span>{n.share(holdOut.data.share / 100)}</span>
        )}
      </div>
    </Panel>
  );
}
