import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { answerOf, client } from "./client";
import { byPages } from "./paging";
import { peopleQuery } from "./people";
import type { ExperimentDraft, PlanQuestion } from "./types";

const of = (experimentId: number) => ({ params: { path: { experiment_id: experimentId } } });

export const experimentListQuery = () =>
  infiniteQueryOptions({
    queryKey: ["experiments"],
    queryFn: ({ pageParam, signal }) =>
      answerOf(client.GET("/api/experiments", { params: { query: { size: 50, after: pageParam } }, signal })),
    ...byPages,
  });

export const experimentQuery = (experimentId: number) =>
  queryOptions({
    queryKey: ["experiment", experimentId],
    queryFn: ({ signal }) =>
      answerOf(client.GET("/api/experiments/{experiment_id}", { ...of(experimentId), signal })),
  });

export const experimentResultsQuery = (experimentId: number) =>
  queryOptions({
    queryKey: ["experiment-results", experimentId],
    queryFn: ({ signal }) =>
      answerOf(client.GET("/api/experiments/{experiment_id}/results", { ...of(experimentId), signal })),
    staleTime: 60_000,
  });

/** The customers of an arm of whom an outcome (by its place, the primary one first) came. */
export const doersQuery = (experimentId: number, outcome: number, arm: string) =>
  peopleQuery(["experiment-doers", experimentId, outcome, arm], (page, signal) =>
    answerOf(
      client.GET("/api/experiments/{experiment_id}/people", {
        params: { ...of(experimentId).params, query: { outcome, arm, ...page } },
        signal,
      }),
    ),
  );

export const decisionsQuery = (experimentId: number) =>
  queryOptions({
    queryKey: ["experiment-decisions", experimentId],
    queryFn: ({ signal }) =>
      answerOf(client.GET("/api/experiments/{experiment_id}/decisions", { ...of(experimentId), signal })),
  });

/** Saves the draft, of a new experiment or one that there is. */
export const saveExperiment = (experimentId: number | null, draft: ExperimentDraft) =>
  answerOf(
    experimentId === null
      ? client.POST("/api/experiments", { body: draft })
      : client.PUT("/api/experiments/{experiment_id}", { ...of(experimentId), body: draft }),
  );

export type ExperimentAct = "begin" | "end" | "resume";

export function actOnExperiment(experimentId: number, act: ExperimentAct) {
  if (act === "begin")
    return answerOf(client.POST("/api/experiments/{experiment_id}/begin", of(experimentId)));
  if (act === "end") return answerOf(client.POST("/api/experiments/{experiment_id}/end", of(experimentId)));
  return answerOf(client.POST("/api/experiments/{experiment_id}/resume", of(experimentId)));
}

export const deleteExperiment = (experimentId: number) =>
  answerOf(client.DELETE("/api/experiments/{experiment_id}", of(experimentId)));

export const decideExperiment = (
  experimentId: number,
  arm: string | null,
  note: string,
  putsInForce: boolean,
) =>
  answerOf(
    client.POST("/api/experiments/{experiment_id}/decisions", {
      ...of(experimentId),
      body: { arm, note, puts_in_force: putsInForce },
    }),
  );

export const planQuery = (question: PlanQuestion | null) =>
  queryOptions({
    queryKey: ["experiment-plan", question],
    queryFn: ({ signal }) => {
      if (!question) throw new Error("nothing is asked");
      return answerOf(client.POST("/api/experiments/plan", { body: question, signal }));
    },
    enabled: question !== null,
    retry: false,
    staleTime: Infinity,
  });
