import { queryOptions } from "@tanstack/react-query";
import { answerOf, client } from "./client";

/** The numbers move with every order, of which no window is told by itself. */
export const summaryQuery = () =>
  queryOptions({
    queryKey: ["summary"],
    queryFn: ({ signal }) => answerOf(client.GET("/api/summary", { signal })),
    staleTime: 60_000,
    refetchInterval: 60_000,
  });
