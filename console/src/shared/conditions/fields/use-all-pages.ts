import { useEffect } from "react";

interface Paged<Row> {
  data: { pages: readonly { rows: readonly Row[] }[] } | undefined;
  hasNextPage: boolean;
  isFetching: boolean;
  isError: boolean;
  fetchNextPage: () => Promise<unknown>;
}

/** The rows of all pages, fetched one after the other: for a choice that has to offer every one. */
export function useAllPages<Row>(query: Paged<Row>): Row[] | undefined {
  const { data, hasNextPage, isFetching, isError, fetchNextPage } = query;
  useEffect(() => {
    if (hasNextPage && !isFetching && !isError) void fetchNextPage();
  }, [hasNextPage, isFetching, isError, fetchNextPage]);
  return data?.pages.flatMap((page) => page.rows);
}
