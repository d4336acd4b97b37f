import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, InputNumber, Popover } from "antd";
import { useState } from "react";
import { saveMemberTarget } from "@/api/boards";
import type { BoardColumn, MetricBoard, MetricBoardCell, MetricBoardRow } from "@/api/types";
import { useNumberFormat } from "@/shared/format/number-format";
import { useLanguage } from "@/shared/i18n/language-context";
import { useTexts } from "@/shared/i18n/texts";
import { ChangeMark } from "@/shared/metrics/change-mark";
import { Sparkline } from "@/shared/metrics/sparkline";
import { useValueFormat } from "@/shared/metrics/value-format";
import { useNotices } from "@/shared/ui/use-notices";
import { boardsTexts } from "./boards-texts";
import styles from "./boards.module.css";

interface CellProps {
  board: MetricBoard;
  column: BoardColumn;
  row: MetricBoardRow;
  cell: MetricBoardCell;
  name: string;
  onPeople: (() => void) | null;
  mayTarget: boolean;
}

function TargetFields({ board, column, row, cell, onDone }: CellProps & { onDone: () => void }) {
  const t = useTexts(boardsTexts);
  const notices = useNotices();
  const queryClient = useQueryClient();
  const scale = column.unit === "money_fen" ? 100 : 1;
  const [edited, setEdited] = useState<Record<string, number | null>>({});
  const save = useMutation({
    mutationFn: async (changes: Record<string, number | null>) => {
      for (const [day, value] of Object.entries(changes))
        await saveMemberTarget({
          metric_id: column.metric_id,
          grain: board.grain,
          dimension: board.dimension,
          member: row.group.key,
          starts_on: day,
          value: value === null ? null : scale === 1 ? value : Math.round(value * scale),
        });
    },
    onSuccess: async () => {
      notices.done(t.saved);
      await queryClient.invalidateQueries({ queryKey: ["metrics", "members"] });
      onDone();
    },
    onError: notices.failed,
  });
  const periods = [
    { label: t.targetOf[board.grain], place: board.days.length - 2 },
    { label: t.targetNow[board.grain], place: board.days.length - 1 },
  ];
  return (
    <form
      className={styles.targets}
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate(edited);
      }}
    >
      {periods.map(({ label, place }) => {
        const day = board.days[place] ?? "";
        const stored = cell.targets[place];
        return (
          <label key={day}>
            {label}
            <InputNumber<number>
              style={{ width: "100%" }}
              {...(stored == null ? {} : { defaultValue: stored / scale })}
              onChange={(value) => setEdited({ ...edited, [day]: value })}
            />
          </label>
        );
      })}
      <Button size="small" type="primary" htmlType="submit" loading={save.isPending}>
        {t.save}
      </Button>
    </form>
  );
}

/** A member's number: the last period that is over, against the one before, its way and its target. */
export function MemberCell(props: CellProps) {
  const { column, row, cell, name, onPeople, mayTarget } = props;
  const t = useTexts(boardsTexts);
  const n = useNumberFormat();
  const { language } = useLanguage();
  const format = useValueFormat(column.unit, cell.values);
  const [isOpen, setOpen] = useState(false);
  const last = cell.values.at(-2);
  const target = cell.targets.at(-2);
  const share = target && last != null ? last / target : null;
  const isMember = row.group.kind === "value";
  return (
    <div className={styles.cell}>
      {onPeople ? (
        <button type="button" className={styles.value} title={t.people} onClick={onPeople}>
          {format.full(last)}
        </button>
      ) : (
        <span className={styles.value}>{format.full(last)}</span>
      )}
      <ChangeMark
        after={last}
        before={cell.values.at(-3)}
        upIs={column.up_is === "good" ? "good" : column.up_is === "bad" ? "bad" : "neither"}
      />
      <Sparkline values={cell.values} />
      {share !== null && (
        <>
          <span className={styles.track} aria-hidden="true">
            <i style={{ "--share": `${Math.max(0, Math.min(100, share * 100))}%` }} />
          </span>
          <span className={styles.small}>
            {t.progress(n.share(share))} / {format.short(target)}
          </span>
        </>
      )}
      {isMember && mayTarget && (
        <Popover
          open={isOpen}
          onOpenChange={setOpen}
          trigger="click"
          destroyOnHidden
          content={<TargetFields {...props} onDone={() => setOpen(false)} />}
        >
          <button type="button" className={styles.aim} aria-label={t.setTarget(name, column[language])}>
            {t.target}
          </button>
        </Popover>
      )}
    </div>
  );
}
