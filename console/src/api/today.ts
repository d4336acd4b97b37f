import { queryOptions } from "@tanstack/react-query";
import { answerOf, client } from "./client";
import type { components } from "./schema";
import { paced } from "./live";

export type WaitingRow = components["schemas"]["WaitingRow"];

/** What waits for whoever is logged in, what is urgent first. */
export const todayQuery = () =>
  queryOptions({
    queryKey: ["work"],
    queryFn: ({ signal }) => answerOf(client.GET("/api/summary/today", { signal })),
    refetchInterval: paced(60_000),
  });
