import { queryOptions } from "@tanstack/react-query";
import { answerOf, client } from "./client";

export const summaryQuery = () =>
  queryOptions({
    queryKey: ["summary"],
    queryFn: ({ signal }) => answerOf(client.GET("/api/summary", { signal })),
    staleTime: 60_000,
  });
