import { keepPreviousData, useQuery, type UseQueryResult } from "@tanstack/react-query";
import { Select, type SelectProps } from "antd";
import { useState } from "react";
import type { Source } from "@/api/sources";
import { defineTexts, useTexts } from "@/shared/i18n/texts";
import { TYPING_PAUSE_MS, useDebounced } from "./use-debounced";
import styles from "./picker.module.css";

const texts = defineTexts({
  zh: { more: "还有更多，输入名字来找", none: "没有找到" },
  en: { more: "There are more; type a part of a name", none: "Nothing found" },
});

/** So many are offered at once; the rest is found by typing. */
const OFFERED = 30;
/** So many of those that were chosen are asked for by name; who chose more sees numbers. */
const NAMED_MAX = 200;

type Control = { id: string; "aria-describedby": string | undefined };

interface PickerProps<Row> {
  source: Source<Row>;
  label?: string;
  control?: Control;
  placeholder?: string;
  disabled?: boolean;
  /** Whether one may see the list at all; else what was chosen is told by number. */
  enabled?: boolean;
  /** Whether it can be chosen anew. */
  fits?: (row: Row) => boolean;
  describe?: (row: Row) => string;
  /** What they are called that one may not look up oneself. */
  names?: Readonly<Record<string, string>> | undefined;
  className?: string | undefined;
  status?: "error" | "";
}

/** The rows of a list by these numbers. */
export function useNamed<Row>(source: Source<Row>, ids: readonly number[], enabled = true) {
  const asked = [...new Set(ids)].sort((a, b) => a - b).slice(0, NAMED_MAX);
  const { data }: UseQueryResult<{ rows: Row[] }> = useQuery({
    queryKey: [...source.key, "chosen", asked],
    queryFn: ({ signal }) => source.ask({ size: asked.length, ids: asked }, signal),
    enabled: enabled && asked.length > 0,
    placeholderData: keepPreviousData,
  });
  return new Map(data?.rows.map((row) => [source.idOf(row), row]));
}

function usePicker<Row>(props: PickerProps<Row>, chosen: readonly number[]) {
  const { source, enabled = true } = props;
  const t = useTexts(texts);
  const [isOpen, setOpen] = useState(false);
  const [typed, setTyped] = useState("");
  const search = useDebounced(typed.trim(), TYPING_PAUSE_MS);
  const found = useQuery({
    queryKey: [...source.key, "found", search],
    queryFn: ({ signal }) => source.ask({ size: OFFERED, ...(search ? { search } : {}) }, signal),
    enabled: enabled && isOpen,
    placeholderData: keepPreviousData,
  });
  const named = useNamed(source, chosen, enabled);
  const rows = (found.data?.rows ?? []).filter(
    (row) => chosen.includes(source.idOf(row)) || props.fits?.(row) !== false,
  );
  const offered = new Map(rows.map((row) => [source.idOf(row), row]));
  const labelOf = (id: number) => {
    const row = offered.get(id) ?? named.get(id);
    return row ? (props.describe ?? source.nameOf)(row) : (props.names?.[id] ?? `#${id}`);
  };
  const options = [
    ...[...offered.keys()].map((value) => ({ value, label: labelOf(value) })),
    // What was chosen is found again by typing; while nothing is typed it stands below.
    ...chosen.filter((id) => !offered.has(id)).map((value) => ({ value, label: labelOf(value) })),
  ];
  const isCut = Boolean(found.data?.next_after);
  return {
    rowOf: (id: number) => offered.get(id) ?? named.get(id),
    shared: {
      ...props.control,
      ...(props.label ? { "aria-label": props.label } : {}),
      style: props.className ? {} : { width: "100%" },
      className: props.className ?? "",
      placeholder: props.placeholder,
      disabled: props.disabled ?? false,
      status: props.status ?? "",
      popupMatchSelectWidth: false,
      loading: isOpen && found.isFetching,
      notFoundContent: found.data ? t.none : null,
      onOpenChange: setOpen,
      showSearch: { filterOption: false, onSearch: setTyped },
      options,
      popupRender: (menu) => (
        <>
          {menu}
          {isCut && <p className={styles.more}>{t.more}</p>}
        </>
      ),
    } satisfies SelectProps,
  };
}

/** One of a list, however long: found by typing, on the server. */
export function PickOne<Row>(
  props: PickerProps<Row> & {
    value: number | null;
    /** What stands for none, chosen like the others. */
    none?: string;
    allowClear?: boolean;
    onChange: (id: number | null, row: Row | undefined) => void;
  },
) {
  const { value, none, allowClear = none !== undefined } = props;
  const { shared, rowOf } = usePicker(props, value === null ? [] : [value]);
  return (
    <Select<number | null>
      {...shared}
      placeholder={props.placeholder ?? none}
      allowClear={allowClear && value !== null}
      value={value}
      onChange={(id: number | null | undefined) =>
        props.onChange(id ?? null, id == null ? undefined : rowOf(id))
      }
    />
  );
}

/** Several of a list, however long. */
export function PickSome<Row>(
  props: PickerProps<Row> & {
    value: readonly number[];
    maxCount?: number;
    /** So many are shown, and how many more there are. */
    maxTagCount?: number;
    /** `rows` are those of them that were found so far. */
    onChange: (ids: number[], rows: Row[]) => void;
  },
) {
  const { shared, rowOf } = usePicker(props, props.value);
  return (
    <Select<number[]>
      {...shared}
      mode="multiple"
      {...(props.maxCount ? { maxCount: props.maxCount } : {})}
      {...(props.maxTagCount ? { maxTagCount: props.maxTagCount } : {})}
      value={[...props.value]}
      onChange={(ids: number[]) =>
        props.onChange(
          ids,
          ids.flatMap((id) => rowOf(id) ?? []),
        )
      }
    />
  );
}
