import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { answerOf, client } from "./client";
import { paced } from "./live";
import { byPages } from "./paging";
import { peopleQuery } from "./people";
import type { Condition, SegmentDraft, SegmentExport, SegmentRow } from "./types";

/** How often what is being made is asked for. */
const POLL_MS = 1_500;

export type SegmentStatusWord = SegmentRow["status"];

/** Those whose name has this in it, in one status or in any. */
export const segmentListQuery = (search: string, status: SegmentStatusWord | null) =>
  infiniteQueryOptions({
    queryKey: ["segments", "list", search, status],
    queryFn: ({ pageParam, signal }) =>
      answerOf(
        client.GET("/api/segments", {
          params: {
            query: { size: 50, after: pageParam, ...(search && { search }), ...(status && { status }) },
          },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
    ...byPages,
  });

const path = (segmentId: number) => ({ params: { path: { segment_id: segmentId } } });

export const segmentQuery = (segmentId: number) =>
  queryOptions({
    queryKey: ["segment", segmentId],
    queryFn: ({ signal }) =>
      answerOf(client.GET("/api/segments/{segment_id}", { ...path(segmentId), signal })),
    refetchInterval: ({ state }) => (state.data?.building ? paced(POLL_MS * 2) : false),
  });

export const previewQuery = (definition: Condition) =>
  queryOptions({
    queryKey: ["segment-preview", definition],
    queryFn: ({ signal }) => answerOf(client.POST("/api/segments/preview", { body: { definition }, signal })),
    retry: false,
    staleTime: 30_000,
    gcTime: 60_000,
  });

export const createSegment = (draft: SegmentDraft) => answerOf(client.POST("/api/segments", { body: draft }));

export const saveSegment = (segmentId: number, draft: SegmentDraft) =>
  answerOf(client.PUT("/api/segments/{segment_id}", { ...path(segmentId), body: draft }));

export const deleteSegment = (segmentId: number) =>
  answerOf(client.DELETE("/api/segments/{segment_id}", path(segmentId)));

export const publishSegment = (segmentId: number) =>
  answerOf(client.POST("/api/segments/{segment_id}/publish", path(segmentId)));

export const stopSegment = (segmentId: number) =>
  answerOf(client.POST("/api/segments/{segment_id}/stop", path(segmentId)));

export const resumeSegment = (segmentId: number) =>
  answerOf(client.POST("/api/segments/{segment_id}/resume", path(segmentId)));

export const refreshSegment = (segmentId: number) =>
  answerOf(client.POST("/api/segments/{segment_id}/refresh", path(segmentId)));

export const segmentHistoryQuery = (segmentId: number, sinceOn: string, untilOn: string) =>
  queryOptions({
    queryKey: ["segment-history", segmentId, sinceOn, untilOn],
    queryFn: ({ signal }) =>
      answerOf(
        client.GET("/api/segments/{segment_id}/history", {
          params: { path: { segment_id: segmentId }, query: { since_on: sinceOn, until_on: untilOn } },
          signal,
        }),
      ),
  });

/** Who is in it, or, with a day, was when it ended. */
export const memberListQuery = (segmentId: number, on: string | null) =>
  peopleQuery(["segment-members", segmentId, on], (page, signal) =>
    answerOf(
      client.GET("/api/segments/{segment_id}/members", {
        params: { path: { segment_id: segmentId }, query: { on, ...page } },
        signal,
      }),
    ),
  );

export const overlapQuery = (segmentIds: readonly number[]) =>
  queryOptions({
    queryKey: ["segment-overlap", segmentIds],
    queryFn: ({ signal }) =>
      answerOf(client.POST("/api/segments/overlap", { body: { segment_ids: [...segmentIds] }, signal })),
  });

/** Why a customer is in it, or is not. */
export const explainQuery = (segmentId: number, customerId: number) =>
  queryOptions({
    queryKey: ["segment-explain", segmentId, customerId],
    queryFn: ({ signal }) =>
      answerOf(
        client.GET("/api/segments/{segment_id}/explain", {
          params: { path: { segment_id: segmentId }, query: { customer_id: customerId } },
          signal,
        }),
      ),
  });

/** The segments that a customer is in, and since when. */
export const segmentsOfQuery = (customerId: number) =>
  queryOptions({
    queryKey: ["customer-segments", customerId],
    queryFn: ({ signal }) =>
      answerOf(
        client.GET("/api/customers/{customer_id}/segments", {
          params: { path: { customer_id: customerId } },
          signal,
        }),
      ),
  });

export type ExportFormat = SegmentExport["format"];

const isUnderWay = ({ state }: SegmentExport) => state === "waiting" || state === "running";

export const segmentExportListQuery = () =>
  infiniteQueryOptions({
    queryKey: ["segment-exports"],
    queryFn: ({ pageParam, signal }) =>
      answerOf(
        client.GET("/api/segment-exports", { params: { query: { size: 50, after: pageParam } }, signal }),
      ),
    ...byPages,
    refetchInterval: ({ state }) =>
      state.data?.pages.some((page) => page.rows.some(isUnderWay)) ? paced(POLL_MS) : false,
  });

export const exportSegment = (segmentId: number, format: ExportFormat, columns: readonly string[]) =>
  answerOf(
    client.POST("/api/segments/{segment_id}/exports", {
      ...path(segmentId),
      body: { format, columns: [...columns] },
    }),
  );

export const exportFileAddress = (exportId: number) => `/api/segment-exports/${exportId}/file`;
