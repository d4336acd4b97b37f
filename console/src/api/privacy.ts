import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { answerOf, client } from "./client";
import { paced } from "./live";
import { byPages } from "./paging";
import type { ErasureReason, PrivacyRequest, RequestKind } from "./types";

/** How often a request that is under way is asked for. */
const POLL_MS = 1_500;

export const isOpen = (row: Pick<PrivacyRequest, "state">) =>
  row.state === "queued" || row.state === "running";

export const privacyListQuery = (kind: RequestKind) =>
  infiniteQueryOptions({
    queryKey: ["privacy", "requests", kind],
    queryFn: ({ pageParam, signal }) =>
      answerOf(
        client.GET("/api/privacy/requests", {
          params: { query: { size: 30, after: pageParam, kind } },
          signal,
        }),
      ),
    ...byPages,
    refetchInterval: ({ state }) =>
      state.data?.pages.some((page) => page.rows.some(isOpen)) ? paced(POLL_MS * 2) : false,
  });

export const privacyRequestQuery = (requestId: number) =>
  queryOptions({
    queryKey: ["privacy", "request", requestId],
    queryFn: ({ signal }) =>
      answerOf(
        client.GET("/api/privacy/requests/{request_id}", {
          params: { path: { request_id: requestId } },
          signal,
        }),
      ),
    refetchInterval: ({ state }) => (state.data && !isOpen(state.data) ? false : paced(POLL_MS)),
  });

export const knownQuery = (customerId: number) =>
  queryOptions({
    queryKey: ["privacy", "known", customerId],
    queryFn: ({ signal }) =>
      answerOf(
        client.GET("/api/customers/{customer_id}/known", {
          params: { path: { customer_id: customerId } },
          signal,
        }),
      ),
    staleTime: 0,
  });

export const askExport = (customerId: number) =>
  answerOf(
    client.POST("/api/customers/{customer_id}/exports", { params: { path: { customer_id: customerId } } }),
  );

export const askErasure = (customerId: number, reason: ErasureReason) =>
  answerOf(
    client.POST("/api/customers/{customer_id}/erasures", {
      params: { path: { customer_id: customerId } },
      body: { reason },
    }),
  );

export const approveErasures = (requestIds: readonly number[], word: string) =>
  answerOf(client.POST("/api/privacy/erasures/approve", { body: { request_ids: [...requestIds], word } }));

export const declineErasures = (requestIds: readonly number[]) =>
  answerOf(client.POST("/api/privacy/erasures/decline", { body: { request_ids: [...requestIds] } }));

export const exportAddress = (requestId: number) => `/api/privacy/requests/${requestId}/file`;

export const certificateAddress = (requestId: number) => `/api/privacy/requests/${requestId}/certificate`;

export const retentionQuery = () =>
  queryOptions({
    queryKey: ["privacy", "retention"],
    queryFn: ({ signal }) => answerOf(client.GET("/api/privacy/retention", { signal })),
  });

export type Days = Record<string, number>;

export const previewRetention = (days: Days) =>
  answerOf(client.POST("/api/privacy/retention/preview", { body: { days } }));

export const saveRetention = (days: Days) =>
  answerOf(client.PUT("/api/privacy/retention", { body: { days } }));
