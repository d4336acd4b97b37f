import { SwapOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Input } from "antd";
import { useState } from "react";
import { movementsQuery, type Owner } from "@/api/value";
import type { Movements } from "@/api/types";
import { useNumberFormat } from "@/shared/format/number-format";
import { businessDay } from "@/shared/format/time-format";
import { useTexts } from "@/shared/i18n/texts";
import { EmptyState } from "@/shared/ui/empty-state";
import { ErrorState } from "@/shared/ui/error-state";
import { Panel } from "@/shared/ui/panel";
import { SkeletonLines } from "@/shared/ui/skeleton";
import { valueTexts } from "./value-texts";
import styles from "./value.module.css";

export interface Part {
  key: string;
  name: string;
}

const DAY_MS = 86_400_000;
const SHOWN_DAYS = 30;
const NOWHERE = "";

function MovementTable({ rows, parts }: { rows: Movements["rows"]; parts: readonly Part[] }) {
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
    <div className={styles.scroll}>
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
                    {people ? n.whole(people) : ""}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Who moved from where to where between the ends of two days. */
export function MovementPanel({ owner, parts }: { owner: Owner; parts: readonly Part[] }) {
  const t = useTexts(valueTexts);
  const [today] = useState(() => businessDay(new Date().toISOString()));
  const [since, setSince] = useState(() =>
    businessDay(new Date(Date.now() - SHOWN_DAYS * DAY_MS).toISOString()),
  );
  const [until, setUntil] = useState(today);
  const { data, error, refetch } = useQuery({
    ...movementsQuery(owner, since, until),
    enabled: since !== "" && until !== "" && since <= until,
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
        <EmptyState compact icon={<SwapOutlined />} title={t.noMovements} />
      ) : (
        <MovementTable rows={data.rows} parts={parts} />
      )}
    </Panel>
  );
}
