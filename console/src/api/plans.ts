import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { answerOf, client } from "./client";
import { byPages } from "./paging";
import type { PlanDraft, PlanStage, PlanTaskState } from "./types";

const of = (planId: number) => ({ params: { path: { plan_id: planId } } });

export const planListQuery = (stage: PlanStage | null) =>
  infiniteQueryOptions({
    queryKey: ["plans", stage],
    queryFn: ({ pageParam, signal }) =>
      answerOf(
        client.GET("/api/plans", { params: { query: { size: 50, after: pageParam, stage } }, signal }),
      ),
    ...byPages,
  });

/** The plans that are on in these days: of a month there are few, so they come in one piece. */
export const plansBetweenQuery = (since: string, until: string) =>
  queryOptions({
    queryKey: ["plans", "between", since, until],
    queryFn: ({ signal }) =>
      answerOf(
        client.GET("/api/plans", {
          params: { query: { size: 200, since_on: since, until_on: until } },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  });

export const planQuery = (planId: number) =>
  queryOptions({
    queryKey: ["plan", planId],
    queryFn: ({ signal }) => answerOf(client.GET("/api/plans/{plan_id}", { ...of(planId), signal })),
  });

export const planNumbersQuery = (planId: number) =>
  queryOptions({
    queryKey: ["plan-numbers", planId],
    queryFn: ({ signal }) => answerOf(client.GET("/api/plans/{plan_id}/numbers", { ...of(planId), signal })),
    staleTime: 60_000,
  });

export const planTemplatesQuery = (beginsOn: string, language: "zh" | "en") =>
  queryOptions({
    queryKey: ["plan-templates", beginsOn, language],
    queryFn: ({ signal }) =>
      answerOf(
        client.GET("/api/plans/templates", {
          params: { query: { begins_on: beginsOn, language } },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  });

/** Saves the draft, of a new plan or one that there is. */
export const savePlan = (planId: number | null, draft: PlanDraft) =>
  answerOf(
    planId === null
      ? client.POST("/api/plans", { body: draft })
      : client.PUT("/api/plans/{plan_id}", { ...of(planId), body: draft }),
  );

export type PlanAct = "approve" | "begin" | "close" | "reopen";

export function actOnPlan(planId: number, act: PlanAct) {
  if (act === "approve") return answerOf(client.POST("/api/plans/{plan_id}/approve", of(planId)));
  if (act === "begin") return answerOf(client.POST("/api/plans/{plan_id}/begin", of(planId)));
  if (act === "close") return answerOf(client.POST("/api/plans/{plan_id}/close", of(planId)));
  return answerOf(client.POST("/api/plans/{plan_id}/reopen", of(planId)));
}

export const deletePlan = (planId: number) => answerOf(client.DELETE("/api/plans/{plan_id}", of(planId)));

export const setPlanTask = (planId: number, task: string, state: PlanTaskState) =>
  answerOf(
    client.PUT("/api/plans/{plan_id}/tasks/{task}", {
      params: { path: { plan_id: planId, task } },
      body: { state },
    }),
  );
