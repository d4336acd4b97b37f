import { TeamOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Select } from "antd";
import { useState } from "react";
import { useSearchParams } from "react-router";
import { boardQuery } from "@/api/boards";
import type { BoardColumn, MetricBoard, MetricBoardRow, MetricGrain } from "@/api/types";
import { useLanguage } from "@/shared/i18n/language-context";
import { useTexts } from "@/shared/i18n/texts";
import { MetricPicks } from "@/shared/metrics/metric-pick";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { EmptyState } from "@/shared/ui/empty-state";
import { ErrorState } from "@/shared/ui/error-state";
import { Hint } from "@/shared/ui/hint";
import { Panel } from "@/shared/ui/panel";
import { ScrollArea } from "@/shared/ui/scroll-area";
import { Skeleton } from "@/shared/ui/skeleton";
import { GrainChoice } from "../grain-choice";
import { metricsTexts } from "../metrics-texts";
import { boardsTexts } from "./boards-texts";
import { MemberCell } from "./member-cell";
import { MemberRules } from "./member-rules";
import { NumberDrawer, type OpenedNumber } from "./number-drawer";
import metricsStyles from "../metrics.module.css";
import styles from "./boards.module.css";

const COLUMNS_MAX = 8;
const GRAINS: readonly MetricGrain[] = ["day", "week", "month"];

function useName() {
  const t = useTexts(boardsTexts);
  return ({ group }: MetricBoardRow) =>
    group.kind === "other" ? t.other : group.kind === "missing" ? t.missing : group.label;
}

function Board({ board }: { board: MetricBoard }) {
  const t = useTexts(boardsTexts);
  const common = useTexts(metricsTexts);
  const { language } = useLanguage();
  const may = useMay();
  const nameOf = useName();
  const [opened, setOpened] = useState<OpenedNumber | null>(null);
  const [sorted, setSorted] = useState(0);
  const worth = (row: MetricBoardRow) => row.cells[sorted]?.values.at(-2) ?? -Infinity;
  const isMember = (row: MetricBoardRow) => Number(row.group.kind === "value");
  const rows = board.rows.toSorted((a, b) => isMember(b) - isMember(a) || worth(b) - worth(a));
  const cellsOf = (row: MetricBoardRow, name: string, isWhole: boolean) =>
    board.columns.map((column, place) => {
      const cell = row.cells[place];
      return (
        <td key={column.metric_id}>
          {cell && (
            <MemberCell
              board={board}
              column={column}
              row={row}
              cell={cell}
              name={name}
              mayTarget={!isWhole && may(rights.publishMetrics)}
              onPeople={
                row.group.kind === "other" && !isWhole
                  ? null
                  : () => setOpened({ column, row: isWhole ? null : row, name })
              }
            />
          )}
        </td>
      );
    });
  return (
    <ScrollArea>
      <NumberDrawer board={board} opened={opened} onClose={() => setOpened(null)} />
      <table className={styles.board} aria-label={common.tabs.members}>
        <thead>
          <tr>
            <th scope="col">{t.member}</th>
            {board.columns.map((column, place) => (
              <th key={column.metric_id} scope="col" aria-sort={place === sorted ? "descending" : "none"}>
                <button
                  type="button"
                  className={styles.sort}
                  aria-pressed={place === sorted}
                  title={t.sortBy(column[language])}
                  onClick={() => setSorted(place)}
                >
                  {column[language]}
                  {place === sorted ? " ↓" : ""}
                </button>{" "}
                <Hint label={common.definitionOf(column[language])}>
                  {language === "zh" ? column.sentence_zh : column.sentence_en}
                </Hint>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <tr className={styles.whole}>
            <th scope="row">
              {t.whole} <Hint label={t.whole}>{t.wholeNote}</Hint>
            </th>
            {cellsOf(board.whole, t.whole, true)}
          </tr>
          {rows.map((row) => {
            const name = nameOf(row);
            return (
              <tr key={`${row.group.kind}:${row.group.key}`}>
                <th scope="row" title={name}>
                  {name}
                </th>
                {cellsOf(row, name, false)}
              </tr>
            );
          })}
        </tbody>
      </table>
    </ScrollArea>
  );
}

interface ColumnsPickProps {
  /** Those that were chosen, by their keys; empty for the usual ones. */
  keys: readonly string[];
  columns: readonly BoardColumn[];
  onChange: (keys: string[]) => void;
}

/** Which metrics are the columns: the address has their keys, the list their numbers. */
function ColumnsPick({ keys, columns, onChange }: ColumnsPickProps) {
  const t = useTexts(boardsTexts);
  const { language } = useLanguage();
  const [picked, setPicked] = useState<ReadonlyMap<string, number>>(new Map());
  const idOf = new Map([...picked, ...columns.map(({ key, metric_id: id }) => [key, id] as const)]);
  const shown = keys.length > 0 ? keys : columns.map(({ key }) => key);
  return (
    <MetricPicks
      label={t.columns}
      className={styles.columns}
      maxCount={COLUMNS_MAX}
      maxTagCount={2}
      names={Object.fromEntries(columns.map((each) => [each.metric_id, each[language]]))}
      value={shown.flatMap((key) => idOf.get(key) ?? [])}
      onChange={(ids, rows) => {
        const known = new Map([...idOf, ...rows.map((row) => [row.definition.key, row.metric_id] as const)]);
        const keyOf = new Map([...known].map(([key, id]) => [id, key]));
        setPicked(known);
        onChange(ids.flatMap((id) => keyOf.get(id) ?? []));
      }}
    />
  );
}

/** Staff, groups, channels, campaigns: each a row, with what it came to and what it was to come to. */
export function MemberBoardPage() {
  const t = useTexts(boardsTexts);
  const common = useTexts(metricsTexts);
  const [params, setParams] = useSearchParams();
  const dimension = params.get("by") ?? "staff";
  const grain = GRAINS.find((each) => each === params.get("grain")) ?? "week";
  const keys = params.getAll("key");
  const { data, error, refetch } = useQuery(boardQuery(dimension, grain, keys));
  const set = (change: { by?: string; grain?: MetricGrain; keys?: readonly string[] }) => {
    const next = new URLSearchParams();
    next.set("by", change.by ?? dimension);
    next.set("grain", change.grain ?? grain);
    const chosen = change.keys ?? (change.by === undefined ? keys : []);
    for (const key of chosen) next.append("key", key);
    setParams(next, { replace: true });
  };
  const options = Object.entries(t.dimensions).map(([value, label]) => ({ value, label }));
  if (!options.some(({ value }) => value === dimension)) options.push({ value: dimension, label: dimension });
  return (
    <>
      <div className={metricsStyles.toolbar}>
        <div className={styles.deeds}>
          <Select
            aria-label={t.by}
            style={{ minWidth: 150 }}
            value={dimension}
            onChange={(by) => set({ by })}
            options={options}
          />
          <GrainChoice value={grain} onChange={(next) => set({ grain: next })} />
          <span className={metricsStyles.quiet}>{common.ended[grain]}</span>
        </div>
        <ColumnsPick keys={keys} columns={data?.columns ?? []} onChange={(next) => set({ keys: next })} />
      </div>
      {error && !data ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : (
        <div className={metricsStyles.stack}>
          <Panel flush={data?.rows.length !== 0}>
            {!data ? (
              <Skeleton height={320} />
            ) : data.rows.length === 0 ? (
              <EmptyState icon={<TeamOutlined aria-hidden />} title={t.empty} text={t.emptyText} />
            ) : (
              <Board key={data.dimension} board={data} />
            )}
          </Panel>
          {data && data.rows.length > 0 && <MemberRules board={data} />}
        </div>
      )}
    </>
  );
}
