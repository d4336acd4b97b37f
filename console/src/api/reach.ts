import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { answerOf, client } from "./client";
import { byPages } from "./paging";
import type { HandTaskState, ReachRules } from "./types";

export const reachRulesQuery = () =>
  queryOptions({
    queryKey: ["reach", "rules"],
    queryFn: ({ signal }) => answerOf(client.GET("/api/reach/rules", { signal })),
  });

export const saveReachRules = (wanted: { rules: ReachRules; version: number }) =>
  answerOf(client.PUT("/api/reach/rules", { body: wanted }));

/** About one customer, where one is given. */
export const handTasksQuery = (state: HandTaskState, customerId?: number) =>
  infiniteQueryOptions({
    queryKey: ["reach", "hand-tasks", state, customerId],
    queryFn: ({ pageParam, signal }) =>
      answerOf(
        client.GET("/api/reach/hand-tasks", {
          params: { query: { size: 50, after: pageParam, state, customer_id: customerId ?? null } },
          signal,
        }),
      ),
    ...byPages,
  });

const path = (messageId: number) => ({ params: { path: { message_id: messageId } } });

export const endHandTask = ({ messageId, sent }: { messageId: number; sent: boolean }) =>
  sent
    ? answerOf(client.POST("/api/reach/hand-tasks/{message_id}/sent", path(messageId)))
    : answerOf(client.POST("/api/reach/hand-tasks/{message_id}/skip", path(messageId)));
