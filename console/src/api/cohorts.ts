import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { answerOf, client } from "./client";
import type { CohortValues } from "./types";

export type CohortSince = CohortValues["since"];

export const cohortValuesQuery = (since: CohortSince, months: number) =>
  queryOptions({
    queryKey: ["cohorts", since, months],
    queryFn: ({ signal }) =>
      answerOf(client.GET("/api/cohort-values", { params: { query: { since, months } }, signal })),
    staleTime: 60_000,
    placeholderData: keepPreviousData,
  });

export const findCohort = (since: CohortSince, startsOn: string) =>
  answerOf(client.GET("/api/cohort-values/people", { params: { query: { since, starts_on: startsOn } } }));
