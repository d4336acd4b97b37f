import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { answerOf, client } from "./client";
import { paced } from "./live";
import { byPages } from "./paging";
import type { HookCall, HookDraft } from "./types";

const ofEndpoint = (endpointId: number) => ({ params: { path: { endpoint_id: endpointId } } });

export const hookEndpointsQuery = () =>
  queryOptions({
    queryKey: ["hooks"],
    queryFn: ({ signal }) => answerOf(client.GET("/api/hooks", { signal })),
    refetchInterval: paced(10_000),
  });

export const createHook = (draft: HookDraft) => answerOf(client.POST("/api/hooks", { body: draft }));

export const saveHook = (endpointId: number, draft: HookDraft) =>
  answerOf(client.PUT("/api/hooks/{endpoint_id}", { ...ofEndpoint(endpointId), body: draft }));

export const deleteHook = (endpointId: number) =>
  answerOf(client.DELETE("/api/hooks/{endpoint_id}", ofEndpoint(endpointId)));

export const renewHookSecret = (endpointId: number) =>
  answerOf(client.POST("/api/hooks/{endpoint_id}/secret", ofEndpoint(endpointId)));

export const tryHook = (endpointId: number) =>
  answerOf(client.POST("/api/hooks/{endpoint_id}/try", ofEndpoint(endpointId)));

/** Makes calls that ended once more; without numbers all that failed. */
export const replayHookCalls = (endpointId: number, callIds: number[] | null) =>
  answerOf(
    client.POST("/api/hooks/{endpoint_id}/replay", {
      ...ofEndpoint(endpointId),
      body: { call_ids: callIds },
    }),
  );

export const hookCallsQuery = (endpointId: number, state: HookCall["state"] | null) =>
  infiniteQueryOptions({
    queryKey: ["hook-calls", endpointId, state],
    queryFn: ({ pageParam, signal }) =>
      answerOf(
        client.GET("/api/hooks/calls", {
          params: { query: { endpoint_id: endpointId, state, size: 20, after: pageParam } },
          signal,
        }),
      ),
    ...byPages,
    refetchInterval: paced(5_000),
  });

export const hookAttemptsQuery = (callId: number) =>
  queryOptions({
    queryKey: ["hook-attempts", callId],
    queryFn: ({ signal }) =>
      answerOf(
        client.GET("/api/hooks/calls/{call_id}/attempts", { params: { path: { call_id: callId } }, signal }),
      ),
  });
