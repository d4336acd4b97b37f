import { infiniteQueryOptions, type QueryKey } from "@tanstack/react-query";
import { byPages } from "./paging";
import type { CustomerRow } from "./types";

const PAGE_SIZE = 50;

interface People {
  rows: CustomerRow[];
  next_after: string | null;
  /** How many they are in all, where that is counted. */
  total?: number;
}

/** The customers whom something is about: a number, a list, a segment. */
export const peopleQuery = (
  queryKey: QueryKey,
  ask: (page: { size: number; after: string | undefined }, signal: AbortSignal) => Promise<People>,
) =>
  infiniteQueryOptions({
    queryKey,
    queryFn: ({ pageParam, signal }) => ask({ size: PAGE_SIZE, after: pageParam }, signal),
    ...byPages,
  });

export type PeopleQuery = ReturnType<typeof peopleQuery>;
