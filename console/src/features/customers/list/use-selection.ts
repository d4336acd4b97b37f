import { useState } from "react";
import type { CustomerFilter, CustomersMeant } from "@/api/types";

const NONE: ReadonlySet<number> = new Set();

/** Who is chosen for an action: some customers by name, or all whom the filter finds. Another filter chooses nobody. */
export function useSelection(filter: CustomerFilter, total: number | null | undefined) {
  const key = JSON.stringify(filter);
  const [state, setState] = useState<{ key: string; ids: ReadonlySet<number>; isAll: boolean }>({
    key,
    ids: NONE,
    isAll: false,
  });
  const ids = state.key === key ? state.ids : NONE;
  const isAll = state.key === key && state.isAll;
  const meant: CustomersMeant = isAll
    ? { customer_ids: null, filter }
    : { customer_ids: [...ids], filter: { q: "", segment_id: null, condition: null } };
  return {
    meant,
    isAll,
    /** How many; null where the server has not counted them. */
    size: isAll ? (total ?? null) : ids.size,
    isEmpty: !isAll && ids.size === 0,
    has: (id: number) => isAll || ids.has(id),
    put: (some: readonly number[], isIn: boolean) => {
      const next = new Set(ids);
      for (const id of some)
        if (isIn) next.add(id);
        else next.delete(id);
      setState({ key, ids: next, isAll: false });
    },
    all: () => setState({ key, ids: NONE, isAll: true }),
    none: () => setState({ key, ids: NONE, isAll: false }),
  };
}

export type Selection = ReturnType<typeof useSelection>;
