import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { answerOf, client } from "./client";
import { byPages } from "./paging";
import type { CostTold, NewCostLines } from "./types";

/** Which costs: of some days, of a channel, of a campaign. */
export interface CostWhich {
  since_on?: string;
  until_on?: string;
  channel?: string;
  campaign?: string;
}

export const costListQuery = (which: CostWhich) =>
  infiniteQueryOptions({
    queryKey: ["costs", "list", which],
    queryFn: ({ pageParam: after, signal }) =>
      answerOf(client.GET("/api/costs", { params: { query: { ...which, size: 50, after } }, signal })),
    ...byPages,
    placeholderData: keepPreviousData,
  });

export const costTotalsQuery = (which: CostWhich) =>
  queryOptions({
    queryKey: ["costs", "totals", which],
    queryFn: ({ signal }) => answerOf(client.GET("/api/costs/totals", { params: { query: which }, signal })),
    placeholderData: keepPreviousData,
  });

export const costImportsQuery = () =>
  queryOptions({
    queryKey: ["costs", "imports"],
    queryFn: ({ signal }) => answerOf(client.GET("/api/costs/imports", { signal })),
  });

export const recordCosts = (told: NewCostLines) => answerOf(client.POST("/api/costs", { body: told }));

export const correctCost = (id: number, told: CostTold) =>
  answerOf(client.PUT("/api/costs/{cost_id}", { params: { path: { cost_id: id } }, body: told }));

export const withdrawCost = (id: number) =>
  answerOf(client.DELETE("/api/costs/{cost_id}", { params: { path: { cost_id: id } } }));

export const withdrawCostImport = (id: number) =>
  answerOf(client.POST("/api/costs/imports/{import_id}/withdraw", { params: { path: { import_id: id } } }));
