import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { answerOf, client } from "./client";
import type { MemberTarget, MetricGrain } from "./types";

export const boardQuery = (dimension: string, grain: MetricGrain, keys: readonly string[]) =>
  queryOptions({
    queryKey: ["metrics", "members", dimension, grain, keys],
    queryFn: ({ signal }) =>
      answerOf(
        client.GET("/api/metric-boards", {
          params: { query: { dimension, grain, count: 8, ...(keys.length > 0 ? { keys: [...keys] } : {}) } },
          signal,
        }),
      ),
    staleTime: 60_000,
    placeholderData: keepPreviousData,
  });

export const saveMemberTarget = (target: MemberTarget) =>
  answerOf(client.PUT("/api/metric-boards/target", { body: target }));

export const memberRulesQuery = (dimension: string) =>
  queryOptions({
    queryKey: ["metrics", "rules", "by", dimension],
    queryFn: ({ signal }) =>
      answerOf(client.GET("/api/metric-alerts/rules", { params: { query: { dimension } }, signal })),
  });
