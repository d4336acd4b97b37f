import { queryOptions } from "@tanstack/react-query";
import { answerOf, client } from "./client";

/** The names that conditions may use, with what values they have. */
export const vocabularyQuery = () =>
  queryOptions({
    queryKey: ["vocabulary"],
    queryFn: ({ signal }) => answerOf(client.GET("/api/segments/vocabulary", { signal })),
    staleTime: 60_000,
  });

/** The names of what is told of customers and of what they do, as messages may use them. */
export const attributesQuery = () =>
  queryOptions({
    queryKey: ["attributes"],
    queryFn: ({ signal }) => answerOf(client.GET("/api/attributes", { signal })),
    staleTime: 60_000,
  });
