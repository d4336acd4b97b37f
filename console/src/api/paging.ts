/** How a list that the server tells page by page goes on: each page says after which mark the next begins. */
export const byPages = {
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page: { next_after: string | null }) => page.next_after ?? undefined,
};
