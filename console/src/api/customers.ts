import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { answerOf, client } from "./client";
import type { RevealedAttribute, RevealedIdentity } from "./types";

const PAGE_SIZE = 50;

export interface CustomerFilter {
  q?: string | undefined;
  segmentId?: number | undefined;
}

export const customerListQuery = (filter: CustomerFilter) =>
  infiniteQueryOptions({
    queryKey: ["customers", filter],
    queryFn: ({ pageParam, signal }) =>
      answerOf(
        client.GET("/api/customers", {
          params: { query: { q: filter.q, segment_id: filter.segmentId, size: PAGE_SIZE, after: pageParam } },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_after ?? undefined,
    placeholderData: keepPreviousData,
  });

export const customerQuery = (customerId: number) =>
  queryOptions({
    queryKey: ["customer", customerId],
    queryFn: ({ signal }) =>
      answerOf(
        client.GET("/api/customers/{customer_id}", { params: { path: { customer_id: customerId } }, signal }),
      ),
  });

export const timelineQuery = (customerId: number) =>
  infiniteQueryOptions({
    queryKey: ["timeline", customerId],
    queryFn: ({ pageParam, signal }) =>
      answerOf(
        client.GET("/api/customers/{customer_id}/timeline", {
          params: { path: { customer_id: customerId }, query: { size: PAGE_SIZE, after: pageParam } },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_after ?? undefined,
  });

/** One identity in plain. Kept by nobody: it is asked for again when it is wanted again. */
export const revealIdentity = (customerId: number, wanted: RevealedIdentity) =>
  answerOf(
    client.POST("/api/customers/{customer_id}/reveal-identity", {
      params: { path: { customer_id: customerId } },
      body: wanted,
    }),
  );

/** One attribute in plain. */
export const revealAttribute = (customerId: number, wanted: RevealedAttribute) =>
  answerOf(
    client.POST("/api/customers/{customer_id}/reveal-attribute", {
      params: { path: { customer_id: customerId } },
      body: wanted,
    }),
  );
