import { queryOptions } from "@tanstack/react-query";
import { answerOf, client } from "./client";

export const ltvQuery = () =>
  queryOptions({
    queryKey: ["ltv"],
    queryFn: ({ signal }) => answerOf(client.GET("/api/ltv", { signal })),
    staleTime: 30_000,
  });

export const computeLtv = () => answerOf(client.POST("/api/ltv/compute"));

export const customerValueQuery = (customerId: number) =>
  queryOptions({
    queryKey: ["customer-value", customerId],
    queryFn: ({ signal }) =>
      answerOf(
        client.GET("/api/customers/{customer_id}/value", {
          params: { path: { customer_id: customerId } },
          signal,
        }),
      ),
    staleTime: 60_000,
  });
