import type { ReactNode } from "react";
import { Skeleton } from "./skeleton";
import styles from "./data-table.module.css";

export interface Column<Row> {
  key: string;
  title: ReactNode;
  /** Its order, where a click on the title sorts by it; `null`: by another column at present. */
  sorted?: "up" | "down" | null;
  onSort?: () => void;
  align?: "start" | "end";
  width?: number | string;
  /** Narrow screens drop these first: `wide` goes below 1000 px, `medium` below 720 px. */
  from?: "medium" | "wide";
  cell: (row: Row) => ReactNode;
}

interface DataTableProps<Row> {
  label: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[] | undefined;
  rowKey: (row: Row) => string | number;
  skeletonRows?: number;
  /** Shown in grey while the rows are those of an earlier question. */
  stale?: boolean;
}

function classOf<Row>(column: Column<Row>) {
  return [column.align === "end" ? styles.end : "", column.from ? styles[column.from] : ""].join(" ");
}

/**
 * Rows of one kind. A link of class `rowLink` in the first cell makes the whole row a target without taking the
 * semantics of the table away.
 */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { label, columns, rows, rowKey, skeletonRows = 6, stale = false } = props;
  return (
    <table
      className={stale ? `${styles.table} ${styles.stale}` : styles.table}
      aria-label={label}
      aria-busy={!rows}
    >
      <thead>
        <tr>
          {columns.map((column) => (
            <th
              key={column.key}
              scope="col"
              className={classOf(column)}
              style={{ width: column.width }}
              aria-sort={
                column.onSort &&
                (column.sorted === "up" ? "ascending" : column.sorted === "down" ? "descending" : "none")
              }
            >
              {column.onSort ? (
                <button type="button" className={styles.sort} onClick={column.onSort}>
                  {column.title}
                  <span aria-hidden="true" className={styles.arrow}>
                    {column.sorted === "up" ? "↑" : column.sorted === "down" ? "↓" : "↕"}
                  </span>
                </button>
              ) : (
                column.title
              )}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows?.map((row) => (
          <tr key={rowKey(row)}>
            {columns.map((column) => (
              <td key={column.key} className={classOf(column)}>
                {column.cell(row)}
              </td>
            ))}
          </tr>
        ))}
        {!rows &&
          Array.from({ length: skeletonRows }, (_, index) => (
            <tr key={index}>
              {columns.map((column, place) => (
                <td key={column.key} className={classOf(column)}>
                  <Skeleton width={place === 0 ? "62%" : 64} height={place === 0 ? 18 : 14} />
                </td>
              ))}
            </tr>
          ))}
      </tbody>
    </table>
  );
}

/** Class of the link that stretches over its row. */
export const rowLink = styles.rowLink;

/** Class of what can be clicked for itself inside a row that is a link. */
export const aboveRowLink = styles.above;
