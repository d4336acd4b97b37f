import { CaretRightOutlined, CodeOutlined, DeleteOutlined } from "@ant-design/icons";
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Input } from "antd";
import { useState } from "react";
import { ApiError } from "@/api/client";
import {
  createStatement,
  deleteStatement,
  runSql,
  sqlRunsQuery,
  sqlSchemaQuery,
  statementsQuery,
} from "@/api/dashboards";
import type { SqlFound, SqlTable } from "@/api/types";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTimeFormat } from "@/shared/format/time-format";
import { FileButton } from "@/shared/files/file-button";
import { useTexts } from "@/shared/i18n/texts";
import { EmptyState } from "@/shared/ui/empty-state";
import { ErrorState } from "@/shared/ui/error-state";
import { LoadMore } from "@/shared/ui/load-more";
import { Panel } from "@/shared/ui/panel";
import { SkeletonLines } from "@/shared/ui/skeleton";
import { useNotices } from "@/shared/ui/use-notices";
import { When } from "@/shared/ui/when";
import { dashboardsTexts } from "./dashboards-texts";
import styles from "./dashboards.module.css";

const FIRST = `SELECT name, count() AS times, uniqExact(customer_id) AS customers
FROM events
WHERE occurred_at >= now() - INTERVAL 30 DAY
GROUP BY name
ORDER BY times DESC`;
const ENDWARD = new Set(["whole", "number", "money"]);

function Tables({ tables }: { tables: readonly SqlTable[] }) {
  const { sql: t } = useTexts(dashboardsTexts);
  return (
    <Panel title={t.tables}>
      <div className={styles.tableList}>
        {tables.map((table) => (
          <div key={table.name}>
            <strong>
              <code>{table.name}</code>
            </strong>
            <ul>
              {table.columns.map((column) => (
                <li key={column.name}>
                  <code>{column.name}</code>
                  <span className={styles.quiet}>{column.type}</span>
                </li>
              ))}
              {table.typed.map((column) => (
                <li key={column.name}>
                  <code>
                    {table.named}.{column.name}
                  </code>
                  <span className={styles.quiet}>{column.type}</span>
                </li>
              ))}
            </ul>
            <p className={styles.quiet}>{t.properties(table.named)}</p>
          </div>
        ))}
      </div>
    </Panel>
  );
}

function Result({ found, text }: { found: SqlFound; text: string }) {
  const { sql: t } = useTexts(dashboardsTexts);
  const n = useNumberFormat();
  const time = useTimeFormat();
  const say = (value: string | number | null, kind: string) => {
    if (value === null) return "—";
    return kind === "instant" && typeof value === "string" ? time.full(value) : String(value);
  };
  const size = n.whole(found.rows.length);
  return (
    <Panel
      flush
      title={t.result}
      note={found.is_cut ? t.cut(size) : t.rows(size, found.seconds.toFixed(2))}
      extra={<FileButton wish={{ of: "sql", text }} />}
    >
      {found.rows.length === 0 ? (
        <EmptyState compact icon={<CodeOutlined aria-hidden />} title={t.nothing} text={t.nothingText} />
      ) : (
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls can be reached by the keyboard
        <div className={styles.scroll} role="group" aria-label={t.result} tabIndex={0}>
          <table className={styles.rows}>
            <thead>
              <tr>
                {found.columns.map((column, place) => (
                  <th key={place} scope="col" className={ENDWARD.has(column.kind) ? styles.endward : ""}>
                    {column.name}
                    <small>{column.type}</small>
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {found.rows.slice(0, 500).map((row, line) => (
                <tr key={line}>
                  {row.map((value, place) => {
                    const kind = found.columns[place]?.kind ?? "text";
                    return (
                      <td
                        key={place}
                        className={ENDWARD.has(kind) ? styles.endward : ""}
                        title={String(value ?? "")}
                      >
                        {say(value, kind)}
                      </td>
                    );
                  })}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  );
}

function Kept({ text, onChoose }: { text: string; onChoose: (text: string) => void }) {
  const words = useTexts(dashboardsTexts);
  const { sql: t } = words;
  const notices = useNotices();
  const queryClient = useQueryClient();
  const [name, setName] = useState("");
  const list = useInfiniteQuery(statementsQuery());
  const rows = list.data?.pages.flatMap((page) => page.rows);
  const again = () => queryClient.invalidateQueries({ queryKey: ["sql", "statements"] });
  const keep = useMutation({
    mutationFn: () => createStatement(name, text),
    onSuccess: async () => {
      notices.done(t.keptDone);
      setName("");
      await again();
    },
    onError: notices.failed,
  });
  const remove = useMutation({
    mutationFn: deleteStatement,
    onSuccess: async () => {
      notices.done(t.removed);
      await again();
    },
    onError: notices.failed,
  });
  return (
    <Panel title={t.kept}>
      <form
        className={styles.tools}
        onSubmit={(event) => {
          event.preventDefault();
          if (name.trim() && text.trim()) keep.mutate();
        }}
      >
        <Input
          className={styles.grow ?? ""}
          aria-label={t.keepName}
          placeholder={t.keepName}
          maxLength={120}
          value={name}
          onChange={({ target }) => setName(target.value)}
        />
        <Button htmlType="submit" disabled={!name.trim() || !text.trim()} loading={keep.isPending}>
          {t.keep}
        </Button>
      </form>
      <div className={styles.lines}>
        {rows?.length === 0 && <p className={styles.quiet}>{t.none}</p>}
        {rows?.map((row) => (
          <div key={row.statement_id} className={styles.keptRow}>
            <button type="button" className={styles.keptName} onClick={() => onChoose(row.text)}>
              {row.name}
            </button>
            <Button
              type="text"
              size="small"
              icon={<DeleteOutlined aria-hidden />}
              aria-label={`${t.remove} · ${row.name}`}
              onClick={() => remove.mutate(row.statement_id)}
            />
          </div>
        ))}
        <LoadMore query={list} />
      </div>
    </Panel>
  );
}

function Runs({ onChoose }: { onChoose: (text: string) => void }) {
  const { sql: t } = useTexts(dashboardsTexts);
  const { data } = useQuery(sqlRunsQuery());
  if (!data?.rows.length) return null;
  return (
    <Panel title={t.runs}>
      <div className={styles.lines}>
        {data.rows.slice(0, 8).map((row) => (
          <div key={row.run_id} className={styles.keptRow}>
            <button
              type="button"
              className={styles.keptName}
              title={row.text}
              onClick={() => onChoose(row.text)}
            >
              {row.text.replace(/\s+/g, " ")}
            </button>
            <span className={styles.quiet}>
              <When at={row.asked_at} />
            </span>
          </div>
        ))}
      </div>
    </Panel>
  );
}

function Asking({ limits, tables }: { limits: string; tables: readonly SqlTable[] }) {
  const { sql: t } = useTexts(dashboardsTexts);
  const queryClient = useQueryClient();
  const [text, setText] = useState(FIRST);
  const run = useMutation({
    mutationFn: runSql,
    onSettled: () => queryClient.invalidateQueries({ queryKey: ["sql", "runs"] }),
  });
  const start = () => {
    if (text.trim() && !run.isPending) run.mutate(text);
  };
  const { error } = run;
  const isTheirs = error instanceof ApiError && error.code === "bad_statement";
  return (
    <div className={styles.sqlColumns}>
      <div className={styles.stack}>
        <Panel title="SQL" note={t.lead}>
          <div className={styles.editor}>
            <Input.TextArea
              aria-label={t.editor}
              autoSize={{ minRows: 6, maxRows: 20 }}
              maxLength={20_000}
              spellCheck={false}
              value={text}
              onChange={({ target }) => setText(target.value)}
              onKeyDown={(event) => {
                if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) start();
              }}
            />
          </div>
          <div className={styles.foot}>
            <Button
              type="primary"
              icon={<CaretRightOutlined aria-hidden />}
              loading={run.isPending}
              onClick={start}
            >
              {t.run}
            </Button>
            <span className={styles.quiet}>
              {t.runHelp} · {limits}
            </span>
          </div>
        </Panel>
        {isTheirs ? (
          <div className={styles.fault} role="alert">
            <strong>{t.fault}</strong>
            <p>{error.message}</p>
          </div>
        ) : error ? (
          <ErrorState error={error} onRetry={start} />
        ) : run.data ? (
          <Result found={run.data} text={run.variables} />
        ) : run.isPending ? (
          <Panel>
            <SkeletonLines lines={6} />
          </Panel>
        ) : null}
      </div>
      <div className={styles.stack}>
        <Tables tables={tables} />
        <Kept text={text} onChoose={setText} />
        <Runs onChoose={setText} />
      </div>
    </div>
  );
}

/** SQL for those who write it: tables without names, read only, within limits. */
export function SqlPage() {
  const { sql: t } = useTexts(dashboardsTexts);
  const n = useNumberFormat();
  const { data, error, refetch } = useQuery(sqlSchemaQuery());
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) {
    return (
      <Panel>
        <SkeletonLines lines={8} />
      </Panel>
    );
  }
  if (!data.is_on) {
    return (
      <Panel>
        <EmptyState icon={<CodeOutlined aria-hidden />} title={t.off} text={t.offText} />
      </Panel>
    );
  }
  return <Asking limits={t.limits(n.whole(data.rows_max), data.seconds_max)} tables={data.tables} />;
}
