import { queryOptions } from "@tanstack/react-query";
import { answerOf, client } from "./client";

export const scenesQuery = () =>
  queryOptions({
    queryKey: ["scenes"],
    queryFn: ({ signal }) => answerOf(client.GET("/api/scenes", { signal })),
    staleTime: 60_000,
  });

export const computeScenes = () => answerOf(client.POST("/api/scenes/compute"));

export const customerSceneQuery = (customerId: number) =>
  queryOptions({
    queryKey: ["customer-scene", customerId],
    queryFn: ({ signal }) =>
      answerOf(
        client.GET("/api/customers/{customer_id}/scene", {
          params: { path: { customer_id: customerId } },
          signal,
        }),
      ),
    staleTime: 60_000,
  });
