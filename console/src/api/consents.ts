import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { answerOf, client } from "./client";
import { byPages } from "./paging";
import type { NewConsent } from "./types";

export const consentMatrixQuery = (customerId: number) =>
  queryOptions({
    queryKey: ["consents", customerId],
    queryFn: ({ signal }) =>
      answerOf(
        client.GET("/api/customers/{customer_id}/consents", {
          params: { path: { customer_id: customerId } },
          signal,
        }),
      ),
  });

export const consentRecordsQuery = (customerId: number, purpose: string, channel: string) =>
  infiniteQueryOptions({
    queryKey: ["consents", customerId, purpose, channel],
    queryFn: ({ pageParam, signal }) =>
      answerOf(
        client.GET("/api/customers/{customer_id}/consents/records", {
          params: {
            path: { customer_id: customerId },
            query: { purpose, channel, size: 20, after: pageParam },
          },
          signal,
        }),
      ),
    ...byPages,
  });

export const recordConsent = (customerId: number, consent: NewConsent) =>
  answerOf(
    client.POST("/api/customers/{customer_id}/consents", {
      params: { path: { customer_id: customerId } },
      body: consent,
    }),
  );
