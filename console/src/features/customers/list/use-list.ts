import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useNavigation, useSearchParams } from "react-router";
import { customerColumnsQuery, setCustomerColumns, type CustomerSearch } from "@/api/customer-lists";
import type { Condition, CustomerFilterRow } from "@/api/types";
import { useDebounced } from "@/shared/ui/use-debounced";
import { useNotices } from "@/shared/ui/use-notices";

const TYPING_PAUSE_MS = 250;
export const SORTS = ["newest", "last_seen", "orders", "revenue", "last_order"] as const;
export type Sort = CustomerSearch["sort"];

/** A condition as the address holds it; nothing where somebody wrote another thing there. */
function conditionIn(text: string | null): Condition | null {
  if (!text) return null;
  try {
    const told: unknown = JSON.parse(text);
    return typeof told === "object" && told !== null && "kind" in told ? (told as Condition) : null;
  } catch {
    return null;
  }
}

/** What the list shows lives in the address, so that it can be sent to a colleague. */
export function useList() {
  const [search, setSearch] = useSearchParams();
  const q = search.get("q") ?? "";
  const [typed, setTyped] = useState(q);
  const rested = useDebounced(typed, TYPING_PAUSE_MS).trim();
  const leaving = useNavigation().state !== "idle";
  const change = (told: Record<string, string | null>) =>
    setSearch(
      (before) => {
        const after = new URLSearchParams(before);
        for (const [name, value] of Object.entries(told))
          if (value) after.set(name, value);
          else after.delete(name);
        return after;
      },
      { replace: true },
    );
  useEffect(() => {
    // Who opened a customer before the typing had rested is on the way there: an address written now would call them back.
    if (leaving || rested === q || rested !== typed.trim()) return;
    setSearch(
      (before) => {
        const after = new URLSearchParams(before);
        if (rested) after.set("q", rested);
        else after.delete("q");
        return after;
      },
      { replace: true },
    );
  }, [leaving, rested, typed, q, setSearch]);
  const sort = SORTS.find((each) => each === search.get("sort")) ?? "newest";
  const segment = Number(search.get("segment")) || null;
  const condition = conditionIn(search.get("where"));
  return {
    q: rested,
    typed,
    setTyped,
    segment,
    condition,
    sort,
    isRising: search.get("way") === "up",
    keptId: Number(search.get("kept")) || null,
    filter: { q: rested, segment_id: segment, condition },
    isFiltered: rested !== "" || segment !== null || condition !== null,
    setSegment: (id: number | undefined) => change({ segment: id ? String(id) : null }),
    setCondition: (told: Condition | null) => change({ where: told && JSON.stringify(told) }),
    /** First downwards, then upwards, then as they came. */
    sortBy: (by: Sort) => {
      const isUp = search.get("way") === "up";
      if (sort !== by) change({ sort: by, way: null });
      else if (isUp) change({ sort: null, way: null });
      else change({ way: "up" });
    },
    open: (kept: CustomerFilterRow) => {
      setTyped(kept.filter.q);
      change({
        kept: String(kept.filter_id),
        q: kept.filter.q,
        segment: kept.filter.segment_id ? String(kept.filter.segment_id) : null,
        where: kept.filter.condition ? JSON.stringify(kept.filter.condition) : null,
        sort: kept.sort !== "newest" ? kept.sort : null,
        way: kept.is_rising ? "up" : null,
      });
    },
    setKept: (id: number | null) => change({ kept: id ? String(id) : null }),
    clear: () => {
      setTyped("");
      setSearch({}, { replace: true });
    },
  };
}

export type List = ReturnType<typeof useList>;

/** Which columns somebody sees: kept for them on the server, shown at once. */
export function useColumns() {
  const queryClient = useQueryClient();
  const notices = useNotices();
  const query = customerColumnsQuery();
  const { data } = useQuery(query);
  const choose = (columns: string[]) => {
    // An answer that is on its way would take the choice back.
    void queryClient.cancelQueries({ queryKey: query.queryKey });
    queryClient.setQueryData(query.queryKey, { columns });
    setCustomerColumns(columns).catch((error: unknown) => {
      notices.failed(error as Error);
      void queryClient.invalidateQueries({ queryKey: query.queryKey });
    });
  };
  return { columns: data?.columns, choose };
}
