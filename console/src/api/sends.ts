import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { answerOf, client } from "./client";
import { paced } from "./live";
import { byPages } from "./paging";
import { peopleQuery } from "./people";
import type { LeftOutReason, SendDefinition, SendDraft } from "./types";

/** How often what is on its way is asked for. */
const POLL_MS = 5_000;

const of = (sendId: number) => ({ params: { path: { send_id: sendId } } });

export const sendListQuery = () =>
  infiniteQueryOptions({
    queryKey: ["sends"],
    queryFn: ({ pageParam, signal }) =>
      answerOf(client.GET("/api/sends", { params: { query: { size: 50, after: pageParam } }, signal })),
    ...byPages,
  });

export const sendQuery = (sendId: number) =>
  queryOptions({
    queryKey: ["send", sendId],
    queryFn: ({ signal }) => answerOf(client.GET("/api/sends/{send_id}", { ...of(sendId), signal })),
    refetchInterval: ({ state }) =>
      state.data?.run && ["planned", "running"].includes(state.data.run.state) ? paced(POLL_MS) : false,
  });

export const sendProgressQuery = (sendId: number, isMoving: boolean) =>
  queryOptions({
    queryKey: ["send-progress", sendId],
    queryFn: ({ signal }) => answerOf(client.GET("/api/sends/{send_id}/progress", { ...of(sendId), signal })),
    refetchInterval: isMoving ? paced(POLL_MS) : false,
  });

/** What it would come to now; the first fault of the definition is told instead. */
export const sendPreviewQuery = (definition: SendDefinition) =>
  queryOptions({
    queryKey: ["send-preview", definition],
    queryFn: ({ signal }) => answerOf(client.POST("/api/sends/preview", { body: { definition }, signal })),
    retry: false,
    staleTime: 30_000,
    gcTime: 60_000,
  });

/** Who would not get it, for one reason. */
export const sendPreviewPeopleQuery = (definition: SendDefinition, reason: string) =>
  peopleQuery(["send-preview-people", definition, reason], (query, signal) =>
    answerOf(
      client.POST("/api/sends/preview/people", { body: { definition, reason }, params: { query }, signal }),
    ),
  );

/** Who of the segment was not asked for, for one reason. */
export const sendLeftOutQuery = (sendId: number, reason: LeftOutReason) =>
  peopleQuery(["send-left-out", sendId, reason], (query, signal) =>
    answerOf(
      client.GET("/api/sends/{send_id}/left-out/{reason}", {
        params: { path: { send_id: sendId, reason }, query },
        signal,
      }),
    ),
  );

export const approvalsQuery = () =>
  queryOptions({
    queryKey: ["send-approvals"],
    queryFn: ({ signal }) => answerOf(client.GET("/api/sends/approvals", { signal })),
  });

export const packsQuery = () =>
  queryOptions({
    queryKey: ["send-packs"],
    queryFn: ({ signal }) => answerOf(client.GET("/api/sends/packs/today", { signal })),
    refetchInterval: paced(POLL_MS * 4),
  });

/** Saves the draft, of a new send or one that there is. */
export const saveSend = (sendId: number | null, draft: SendDraft) =>
  answerOf(
    sendId === null
      ? client.POST("/api/sends", { body: draft })
      : client.PUT("/api/sends/{send_id}", { ...of(sendId), body: draft }),
  );

export const askForSend = (sendId: number) => answerOf(client.POST("/api/sends/{send_id}/ask", of(sendId)));

export const approveSend = (sendId: number, version: number) =>
  answerOf(client.POST("/api/sends/{send_id}/approve", { ...of(sendId), body: { version } }));

export const refuseSend = (sendId: number, version: number) =>
  answerOf(client.POST("/api/sends/{send_id}/refuse", { ...of(sendId), body: { version } }));

export const pauseSend = (sendId: number) => answerOf(client.POST("/api/sends/{send_id}/pause", of(sendId)));

export const resumeSend = (sendId: number) =>
  answerOf(client.POST("/api/sends/{send_id}/resume", of(sendId)));

export const cancelSend = (sendId: number) =>
  answerOf(client.POST("/api/sends/{send_id}/cancel", of(sendId)));

export const deleteSend = (sendId: number) => answerOf(client.DELETE("/api/sends/{send_id}", of(sendId)));
