import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { answerOf, client } from "./client";
import { byPages } from "./paging";
import type { ReviewAction, ReviewDraft } from "./types";

const of = (reviewId: number) => ({ params: { path: { review_id: reviewId } } });

export const reviewListQuery = (planId: number | null = null) =>
  infiniteQueryOptions({
    queryKey: ["reviews", planId],
    queryFn: ({ pageParam, signal }) =>
      answerOf(
        client.GET("/api/reviews", {
          params: { query: { size: 50, after: pageParam, plan_id: planId } },
          signal,
        }),
      ),
    ...byPages,
  });

export const reviewQuery = (reviewId: number) =>
  queryOptions({
    queryKey: ["review", reviewId],
    queryFn: ({ signal }) => answerOf(client.GET("/api/reviews/{review_id}", { ...of(reviewId), signal })),
  });

export const reviewNumbersQuery = (reviewId: number) =>
  queryOptions({
    queryKey: ["review-numbers", reviewId],
    queryFn: ({ signal }) =>
      answerOf(client.GET("/api/reviews/{review_id}/numbers", { ...of(reviewId), signal })),
    staleTime: 60_000,
    retry: false,
  });

export const reviewActionsQuery = (reviewId: number) =>
  queryOptions({
    queryKey: ["review-actions", reviewId],
    queryFn: ({ signal }) =>
      answerOf(client.GET("/api/reviews/{review_id}/actions", { ...of(reviewId), signal })),
  });

/** Saves a new review or one that there is. */
export const saveReview = (reviewId: number | null, draft: ReviewDraft) =>
  answerOf(
    reviewId === null
      ? client.POST("/api/reviews", { body: draft })
      : client.PUT("/api/reviews/{review_id}", { ...of(reviewId), body: draft }),
  );

export const closeReview = (reviewId: number) =>
  answerOf(client.POST("/api/reviews/{review_id}/close", of(reviewId)));

export const deleteReview = (reviewId: number) =>
  answerOf(client.DELETE("/api/reviews/{review_id}", of(reviewId)));

export const addAction = (reviewId: number, text: string, ownerId: number | null, dueOn: string | null) =>
  answerOf(
    client.POST("/api/reviews/{review_id}/actions", {
      ...of(reviewId),
      body: { text, owner_id: ownerId, due_on: dueOn },
    }),
  );

export const saveAction = ({ action_id: actionId, text, owner_id, due_on, state }: ReviewAction) =>
  answerOf(
    client.PUT("/api/reviews/actions/{action_id}", {
      params: { path: { action_id: actionId } },
      body: { text, owner_id, due_on, state },
    }),
  );

export const removeAction = (actionId: number) =>
  answerOf(client.DELETE("/api/reviews/actions/{action_id}", { params: { path: { action_id: actionId } } }));

/** Where the paper is; a link that is followed brings the session's cookie along. */
export const paperAddress = (reviewId: number, language: "zh" | "en") =>
  `/api/reviews/${reviewId}/paper?language=${language}`;
