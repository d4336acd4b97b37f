import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { answerOf, client } from "./client";
import type { Condition, SegmentDraft } from "./types";

export const segmentListQuery = () =>
  infiniteQueryOptions({
    queryKey: ["segments"],
    queryFn: ({ pageParam, signal }) =>
      answerOf(client.GET("/api/segments", { params: { query: { size: 200, after: pageParam } }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_after ?? undefined,
  });

const path = (segmentId: number) => ({ params: { path: { segment_id: segmentId } } });

export const segmentQuery = (segmentId: number) =>
  queryOptions({
    queryKey: ["segment", segmentId],
    queryFn: ({ signal }) =>
      answerOf(client.GET("/api/segments/{segment_id}", { ...path(segmentId), signal })),
  });

/** The names a definition may use: attributes, events and their properties. */
export const attributesQuery = () =>
  queryOptions({
    queryKey: ["attributes"],
    queryFn: ({ signal }) => answerOf(client.GET("/api/attributes", { signal })),
    staleTime: 60_000,
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
