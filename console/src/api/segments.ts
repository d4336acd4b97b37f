import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { answerOf, client } from "./client";
import { get, send } from "./coming";
import type {
  Condition,
  CustomerPage,
  Explained,
  Overlap,
  Segment,
  SegmentDraft,
  SegmentExport,
  SegmentRow,
  SegmentSince,
  SizeAt,
} from "./types";

export const segmentListQuery = () =>
  infiniteQueryOptions({
    queryKey: ["segments"],
    queryFn: ({ pageParam, signal }) =>
      answerOf(
        client.GET("/api/segments", { params: { query: { size: 200, after: pageParam } }, signal }),
      ) as Promise<{ rows: SegmentRow[]; next_after: string | null }>,
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_after ?? undefined,
  });

const path = (segmentId: number) => ({ params: { path: { segment_id: segmentId } } });

export const segmentQuery = (segmentId: number) =>
  queryOptions({
    queryKey: ["segment", segmentId],
    queryFn: ({ signal }) =>
      answerOf(client.GET("/api/segments/{segment_id}", { ...path(segmentId), signal })) as Promise<Segment>,
  });

export const previewQuery = (definition: Condition) =>
  queryOptions({
    queryKey: ["segment-preview", definition],
    queryFn: ({ signal }) => answerOf(client.POST("/api/segments/preview", { body: { definition }, signal })),
    retry: false,
    staleTime: 30_000,
    gcTime: 60_000,
  });

export const createSegment = (draft: SegmentDraft) =>
  answerOf(client.POST("/api/segments", { body: draft })) as Promise<Segment>;

export const saveSegment = (segmentId: number, draft: SegmentDraft) =>
  answerOf(client.PUT("/api/segments/{segment_id}", { ...path(segmentId), body: draft })) as Promise<Segment>;

export const deleteSegment = (segmentId: number) =>
  answerOf(client.DELETE("/api/segments/{segment_id}", path(segmentId)));

export const publishSegment = (segmentId: number) =>
  answerOf(client.POST("/api/segments/{segment_id}/publish", path(segmentId))) as Promise<Segment>;

export const stopSegment = (segmentId: number) =>
  answerOf(client.POST("/api/segments/{segment_id}/stop", path(segmentId))) as Promise<Segment>;

export const resumeSegment = (segmentId: number) =>
  answerOf(client.POST("/api/segments/{segment_id}/resume", path(segmentId))) as Promise<Segment>;

export const refreshSegment = (segmentId: number) =>
  answerOf(client.POST("/api/segments/{segment_id}/refresh", path(segmentId))) as Promise<Segment>;

/** How often what is being made is asked for. */
const POLL_MS = 1_500;

export const segmentHistoryQuery = (segmentId: number, sinceOn: string, untilOn: string) =>
  queryOptions({
    queryKey: ["segment-history", segmentId, sinceOn, untilOn],
    queryFn: ({ signal }) =>
      get<{ rows: SizeAt[] }>(
        `/api/segments/${segmentId}/history`,
        { since_on: sinceOn, until_on: untilOn },
        signal,
      ),
  });

export const memberListQuery = (segmentId: number, on: string | null) =>
  infiniteQueryOptions({
    queryKey: ["segment-members", segmentId, on],
    queryFn: ({ pageParam, signal }) =>
      get<CustomerPage>(
        `/api/segments/${segmentId}/members`,
        { on: on ?? undefined, size: 50, after: pageParam },
        signal,
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_after ?? undefined,
  });

export const overlapQuery = (segmentIds: readonly number[]) =>
  queryOptions({
    queryKey: ["segment-overlap", segmentIds],
    queryFn: () => send<Overlap>("POST", "/api/segments/overlap", { segment_ids: [...segmentIds] }),
  });

export const explainQuery = (segmentId: number, customerId: number) =>
  queryOptions({
    queryKey: ["segment-explain", segmentId, customerId],
    queryFn: ({ signal }) =>
      get<{ matches: boolean; node: Explained }>(
        `/api/segments/${segmentId}/explain`,
        { customer_id: customerId },
        signal,
      ),
  });

/** The segments that a customer is in, and since when. */
export const segmentsOfQuery = (customerId: number) =>
  queryOptions({
    queryKey: ["customer-segments", customerId],
    queryFn: ({ signal }) =>
      get<{ rows: SegmentSince[] }>(`/api/customers/${customerId}/segments`, {}, signal),
  });

export type ExportFormat = SegmentExport["format"];

const isUnderWay = ({ state }: SegmentExport) => state === "waiting" || state === "running";

export const segmentExportListQuery = () =>
  infiniteQueryOptions({
    queryKey: ["segment-exports"],
    queryFn: ({ pageParam, signal }) =>
      get<{ rows: SegmentExport[]; next_after: string | null }>(
        "/api/segment-exports",
        { size: 50, after: pageParam },
        signal,
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_after ?? undefined,
    refetchInterval: ({ state }) =>
      state.data?.pages.some((page) => page.rows.some(isUnderWay)) ? POLL_MS : false,
  });

export const exportSegment = (segmentId: number, format: ExportFormat, columns: readonly string[]) =>
  send<SegmentExport>("POST", `/api/segments/${segmentId}/exports`, { format, columns: [...columns] });

export const exportFileAddress = (exportId: number) => `/api/segment-exports/${exportId}/file`;
