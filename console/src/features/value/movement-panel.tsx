import { SwapOutlined } from "@ant-design/icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Input } from "antd";
import { useState } from "react";
import { useNavigate } from "react-router";
import { makeSegmentOfMovement, movementsQuery, type Owner } from "@/api/value";
import type { MovementPeople, Movements } from "@/api/types";
import { useNumberFormat } from "@/shared/format/number-format";
import { presentMs, presentTime } from "@/shared/format/present";
import { businessDay } from "@/shared/format/time-format";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { EmptyState } from "@/shared/ui/empty-state";
import { ErrorState } from "@/shared/ui/error-state";
import { Panel } from "@/shared/ui/panel";
import { ScrollArea } from "@/shared/ui/scroll-area";
import { SkeletonLines } from "@/shared/ui/skeleton";
import { useNotices } from "@/shared/ui/use-notices";
import { valueTexts } from "./value-texts";
import styles from "./value.module.css";

export interface Part {
  key: string;
  name: string;
}

const DAY_MS = 86_400_000;
const SHOWN_DAYS = 30;
const NOWHERE = "";

type Movement = Movements["rows"][number];

interface TableProps {
  rows: readonly Movement[];
  parts: readonly Part[];
  /** Makes a segment of who moved like that; missing for who may not. */
  onPick: ((movement: Movement, name: string) => void) | null;
}

function MovementTable({ rows, parts, onPick }: TableProps) {
  const t = useTexts(valueTexts);
  const n = useNumberFormat();
  const count = new Map(
    rows.map((row) => [`${row.before ?? NOWHERE} ${row.after ?? NOWHERE}`, row.customers]),
  );
  const most = Math.max(1, ...rows.filter((row) => row.before !== row.after).map((row) => row.customers));
  const gone = [...new Set(rows.flatMap((row) => [row.before, row.after]))].filter(
    (key): key is string => key !== null && !parts.some((part) => part.key === key),
  );
  const all = [...parts, ...gone.map((key) => ({ key, name: key })), { key: NOWHERE, name: t.nowhere }];
  return (
    <ScrollArea>
      <table className={styles.movements}>
        <thead>
          <tr>
            <td />
            {all.map((part) => (
              <th key={part.key} scope="col">
                {part.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {all.map((before) => (
            <tr key={before.key}>
              <th scope="row">{before.name}</th>
              {all.map((after) => {
                const people = count.get(`${before.key} ${after.key}`) ?? 0;
                const stays = before.key === after.key;
                return (
                  <td
                    key={after.key}
                    className={stays ? styles.stays : ""}
                    style={{ "--weight": `${stays ? 0 : Math.round(Math.sqrt(people / most) * 60)}%` }}
                  >
                    {people === 0 ? (
                      ""
                    ) : onPick ? (
                      <button
                        type="button"
                        className={styles.pick}
                        title={t.segmentOfMovement}
                        aria-label={t.moved(before.name, after.name, n.whole(people))}
                        onClick={() =>
                          onPick(
                            {
                              before: before.key === NOWHERE ? null : before.key,
                              after: after.key === NOWHERE ? null : after.key,
                              customers: people,
                            },
                            `${before.name} → ${after.name}`,
                          )
                        }
                      >
                        {n.whole(people)}
                      </button>
                    ) : (
                      n.whole(people)
                    )}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollArea>
  );
}

/** Who moved from where to where between the ends of two days. */
export function MovementPanel({ owner, parts }: { owner: Owner; parts: readonly Part[] }) {
  const t = useTexts(valueTexts);
  const n = useNumberFormat();
  const may = useMay();
  const navigate = useNavigate();
  const notices = useNotices();
  const queryClient = useQueryClient();
  const { modal } = App.useApp();
  const make = useMutation({
    mutationFn: (body: MovementPeople) => makeSegmentOfMovement(owner, body),
    onSuccess: async (made) => {
      await queryClient.invalidateQueries({ queryKey: ["segments"] });
      await navigate(`/segments/${made.segment_id}/edit`);
    },
    onError: notices.failed,
  });
  const [today] = useState(() => businessDay(presentTime().toISOString()));
  const [since, setSince] = useState(() =>
    businessDay(new Date(presentMs() - SHOWN_DAYS * DAY_MS).toISOString()),
  );
  const [until, setUntil] = useState(today);
  const { data, error, refetch } = useQuery({
    ...movementsQuery(owner, since, until),
    enabled: since !== "" && until !== "" && since <= until,
  });
  const pick = ({ before, after, customers }: Movement, name: string) =>
    void modal.confirm({
      title: t.segmentOfMovement,
      content: t.movementPeople(name, n.whole(customers)),
      okText: t.makeSegment,
      cancelText: t.close,
      onOk: () =>
        make
          .mutateAsync({ before, after, since_on: since, until_on: until, name: `${name} ${until}` })
          .catch(() => undefined),
    });
  const day = (label: string, value: string, onChange: (day: string) => void, max: string) => (
    <label className={styles.day}>
      {label}
      <Input
        type="date"
        size="small"
        max={max}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
    </label>
  );
  return (
    <Panel
      title={t.movements}
      note={t.movementsNote}
      extra={
        <div className={styles.days}>
          {day(t.since, since, setSince, until || today)}
          {day(t.until, until, setUntil, today)}
        </div>
      }
    >
      {error && !data ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : !data ? (
        <SkeletonLines lines={4} />
      ) : data.rows.length === 0 ? (
        <EmptyState compact icon={<SwapOutlined aria-hidden />} title={t.noMovements} />
      ) : (
        <MovementTable rows={data.rows} parts={parts} onPick={may(rights.writeSegments) ? pick : null} />
      )}
    </Panel>
  );
}
