import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { answerOf, client } from "./client";
import type { JourneyDraft } from "./types";

export const journeyListQuery = () =>
  infiniteQueryOptions({
    queryKey: ["journeys"],
    queryFn: ({ pageParam, signal }) =>
      answerOf(client.GET("/api/journeys", { params: { query: { size: 50, after: pageParam } }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_after ?? undefined,
  });

const path = (journeyId: number) => ({ params: { path: { journey_id: journeyId } } });

export const journeyQuery = (journeyId: number) =>
  queryOptions({
    queryKey: ["journey", journeyId],
    queryFn: ({ signal }) =>
      answerOf(client.GET("/api/journeys/{journey_id}", { ...path(journeyId), signal })),
  });

export const createJourney = (draft: JourneyDraft) => answerOf(client.POST("/api/journeys", { body: draft }));

export const saveJourney = (journeyId: number, draft: JourneyDraft) =>
  answerOf(client.PUT("/api/journeys/{journey_id}", { ...path(journeyId), body: draft }));

export const publishJourney = (journeyId: number) =>
  answerOf(client.POST("/api/journeys/{journey_id}/publish", path(journeyId)));

export const pauseJourney = (journeyId: number) =>
  answerOf(client.POST("/api/journeys/{journey_id}/pause", path(journeyId)));

export const resumeJourney = (journeyId: number) =>
  answerOf(client.POST("/api/journeys/{journey_id}/resume", path(journeyId)));

export const holdOutQuery = () =>
  queryOptions({
    queryKey: ["hold-out"],
    queryFn: ({ signal }) => answerOf(client.GET("/api/hold-out", { signal })),
  });

export const setHoldOut = (share: number) => answerOf(client.PUT("/api/hold-out", { body: { share } }));
