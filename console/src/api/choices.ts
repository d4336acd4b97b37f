import { queryOptions } from "@tanstack/react-query";
import { answerOf, client } from "./client";

/** What a condition may ask for by a name of its own; there are few of each, so they come in one piece. */

export const tagChoicesQuery = () =>
  queryOptions({
    queryKey: ["tag-choices"],
    queryFn: ({ signal }) => answerOf(client.GET("/api/tag-groups", { signal })),
  });

export const ladderChoicesQuery = () =>
  queryOptions({
    queryKey: ["ladder-choices"],
    queryFn: ({ signal }) =>
      answerOf(client.GET("/api/ladders", { params: { query: { size: 200 } }, signal })),
  });
