import { Checkbox } from "antd";
import { Link } from "react-router";
import type { FoundCustomer } from "@/api/types";
import { useNumberFormat } from "@/shared/format/number-format";
import { useCurrency } from "@/shared/format/use-currency";
import { useLanguage } from "@/shared/i18n/language-context";
import { useTexts } from "@/shared/i18n/texts";
import { useVocabulary } from "@/shared/i18n/vocabulary";
import { DataTable, aboveRowLink, rowLink, type Column } from "@/shared/ui/data-table";
import { PersonAvatar } from "@/shared/ui/person-avatar";
import { When } from "@/shared/ui/when";
import { customersTexts } from "../customers-texts";
import { listTexts } from "./list-texts";
import type { Selection } from "./use-selection";
import type { List, Sort } from "./use-list";
import styles from "./list.module.css";

const SORT_OF: Readonly<Partial<Record<string, Sort>>> = {
  orders: "orders",
  revenue: "revenue",
  last_order_at: "last_order",
  last_seen_at: "last_seen",
};
const ATTRIBUTE = "attribute:";

function CustomerCell({ row }: { row: FoundCustomer }) {
  return (
    <div className={styles.customer}>
      <PersonAvatar name={row.display_name} size={34} />
      <div className={styles.words}>
        <Link to={`/customers/${row.customer_id}`} className={rowLink}>
          {row.display_name}
        </Link>
        {row.contact_masked && row.contact_masked !== row.display_name && (
          <span className={styles.contact}>{row.contact_masked}</span>
        )}
      </div>
    </div>
  );
}

function Words({ words }: { words: readonly string[] }) {
  if (!words.length) return "—";
  return (
    <span className={styles.chips}>
      {words.slice(0, 3).map((word) => (
        <span key={word} className={styles.chip}>
          {word}
        </span>
      ))}
      {words.length > 3 && <span className={styles.contact}>+{words.length - 3}</span>}
    </span>
  );
}

/** What stands in a column, by its name. */
function useCells() {
  const n = useNumberFormat();
  const currency = useCurrency();
  const vocabulary = useVocabulary();
  const { language } = useLanguage();
  const money = (fen: number, orders: number) => (orders ? n.money(fen, currency) : "—");
  return (name: string, row: FoundCustomer) => {
    switch (name) {
      case "city":
        return row.city ?? "—";
      case "keeper":
        return row.keeper ?? "—";
      case "tags":
        return <Words words={row.tags.map((tag) => tag.name)} />;
      case "stages":
        return <Words words={row.stages.map((stage) => stage[language])} />;
      case "orders":
        return n.whole(row.orders);
      case "revenue":
        return money(row.revenue_fen, row.orders);
      case "average_order":
        return money(row.revenue_fen / Math.max(row.orders, 1), row.orders);
      case "last_order_at":
        return <When at={row.last_order_at} />;
      case "first_seen_at":
        return <When at={row.first_seen_at} />;
      case "last_seen_at":
        return <When at={row.last_seen_at} />;
      default:
        return vocabulary.value(row.attributes[name.slice(ATTRIBUTE.length)]);
    }
  };
}

/** Which columns go first where there is little room: what somebody put last. */
const roomOf = (place: number): "medium" | "wide" | undefined =>
  place === 0 ? undefined : place < 3 ? "medium" : "wide";
const AT_END = new Set([
  "orders",
  "revenue",
  "average_order",
  "last_order_at",
  "first_seen_at",
  "last_seen_at",
]);

interface CustomerTableProps {
  rows: readonly FoundCustomer[] | undefined;
  names: readonly string[];
  stale: boolean;
  list: List;
  selection: Selection | null;
}

export function CustomerTable({ rows, names, stale, list, selection }: CustomerTableProps) {
  const t = useTexts(customersTexts);
  const words = useTexts(listTexts);
  const vocabulary = useVocabulary();
  const cellOf = useCells();
  const titled = (name: string) =>
    name.startsWith(ATTRIBUTE)
      ? vocabulary.say("attributes", name.slice(ATTRIBUTE.length))
      : words.columns[name as keyof typeof words.columns];
  const ids = rows?.map((row) => row.customer_id) ?? [];
  const columns: Column<FoundCustomer>[] = [
    ...(selection
      ? [
          {
            key: "select",
            width: 44,
            title: (
              <Checkbox
                aria-label={words.selectPage}
                checked={ids.length > 0 && ids.every(selection.has)}
                indeterminate={ids.some(selection.has) && !ids.every(selection.has)}
                onChange={(event) => selection.put(ids, event.target.checked)}
              />
            ),
            cell: (row: FoundCustomer) => (
              <span className={aboveRowLink}>
                <Checkbox
                  aria-label={words.select(row.display_name)}
                  checked={selection.has(row.customer_id)}
                  onChange={(event) => selection.put([row.customer_id], event.target.checked)}
                />
              </span>
            ),
          },
        ]
      : []),
    { key: "customer", title: t.columns.customer, cell: (row) => <CustomerCell row={row} /> },
    ...names.map((name, place): Column<FoundCustomer> => {
      const sort = SORT_OF[name];
      const room = roomOf(place);
      return {
        key: name,
        title: titled(name),
        cell: (row) => cellOf(name, row),
        ...(AT_END.has(name) ? { align: "end" as const } : {}),
        ...(room ? { from: room } : {}),
        ...(sort
          ? {
              sorted: list.sort === sort ? (list.isRising ? ("up" as const) : ("down" as const)) : null,
              onSort: () => list.sortBy(sort),
            }
          : {}),
      };
    }),
  ];
  return (
    <DataTable
      label={t.title}
      columns={columns}
      rows={rows}
      rowKey={(row) => row.customer_id}
      stale={stale}
      skeletonRows={10}
    />
  );
}
