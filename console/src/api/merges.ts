import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { answerOf, client } from "./client";
import { byPages } from "./paging";
import type { NewMerge, NewSplit } from "./types";

export const mergeHistoryQuery = (customerId: number) =>
  queryOptions({
    queryKey: ["merges", customerId],
    queryFn: ({ signal }) =>
      answerOf(
        client.GET("/api/customers/{customer_id}/history", {
          params: { path: { customer_id: customerId } },
          signal,
        }),
      ),
  });

export const splitCustomer = (customerId: number, split: NewSplit) =>
  answerOf(
    client.POST("/api/customers/{customer_id}/split", {
      params: { path: { customer_id: customerId } },
      body: split,
    }),
  );

export const mergeCustomers = (merge: NewMerge) =>
  answerOf(client.POST("/api/customers/merge", { body: merge }));

export const suspicionListQuery = () =>
  infiniteQueryOptions({
    queryKey: ["suspicions"],
    queryFn: ({ pageParam, signal }) =>
      answerOf(client.GET("/api/suspicions", { params: { query: { size: 50, after: pageParam } }, signal })),
    ...byPages,
  });
