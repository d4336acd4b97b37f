import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { answerOf, client } from "./client";
import { byPages } from "./paging";
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
    ...byPages,
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

/** Kinds of events that can be asked for alone. */
export const TIMELINE_KINDS = [
  "orders",
  "messages",
  "journeys",
  "segments",
  "tags",
  "consents",
  "identity",
  "staff",
] as const;
export type TimelineKind = (typeof TIMELINE_KINDS)[number];

/** Which events are told; empty is all. */
export interface TimelineFilter {
  kind: TimelineKind | null;
  source: string;
  since: string | null;
  until: string | null;
  q: string;
}

const ALL_EVENTS: TimelineFilter = { kind: null, source: "", since: null, until: null, q: "" };

export const timelineQuery = (
  customerId: number,
  { kind, source, since, until, q }: TimelineFilter = ALL_EVENTS,
) =>
  infiniteQueryOptions({
    queryKey: ["timeline", customerId, { kind, source, since, until, q }],
    queryFn: ({ pageParam, signal }) =>
      answerOf(
        client.GET("/api/customers/{customer_id}/timeline", {
          params: {
            path: { customer_id: customerId },
            query: {
              size: PAGE_SIZE,
              after: pageParam,
              kind: kind ?? undefined,
              source: source || undefined,
              since: since ?? undefined,
              until: until ?? undefined,
              q: q || undefined,
            },
          },
          signal,
        }),
      ),
    ...byPages,
    placeholderData: keepPreviousData,
  });

export const customerMessagesQuery = (customerId: number) =>
  infiniteQueryOptions({
    queryKey: ["customer-messages", customerId],
    queryFn: ({ pageParam, signal }) =>
      answerOf(
        client.GET("/api/customers/{customer_id}/messages", {
          params: { path: { customer_id: customerId }, query: { size: 10, after: pageParam } },
          signal,
        }),
      ),
    ...byPages,
  });

export const customerLeftOutQuery = (customerId: number) =>
  queryOptions({
    queryKey: ["customer-left-out", customerId],
    queryFn: ({ signal }) =>
      answerOf(
        client.GET("/api/customers/{customer_id}/left-out", {
          params: { path: { customer_id: customerId } },
          signal,
        }),
      ),
  });

export const customerOrdersQuery = (customerId: number) =>
  infiniteQueryOptions({
    queryKey: ["customer-orders", customerId],
    queryFn: ({ pageParam, signal }) =>
      answerOf(
        client.GET("/api/customers/{customer_id}/orders", {
          params: { path: { customer_id: customerId }, query: { size: 10, after: pageParam } },
          signal,
        }),
      ),
    ...byPages,
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
