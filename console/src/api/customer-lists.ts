import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { answerOf, client } from "./client";
import { paced } from "./live";
import { byPages } from "./paging";
import { peopleQuery } from "./people";
import type { components } from "./schema";
import type { ExportFormat } from "./segments";
import type { CustomerBulkAsked, CustomerFilter, CustomerFilterBody, CustomersMeant } from "./types";

const PAGE_SIZE = 50;
const WATCH_MS = 1_000;

export type CustomerSort = CustomerFilterBody["sort"];

export interface CustomerSearch {
  filter: CustomerFilter;
  sort: NonNullable<CustomerSort>;
  isRising: boolean;
  columns: readonly string[];
}

export const customerSearchQuery = ({ filter, sort, isRising, columns }: CustomerSearch) =>
  infiniteQueryOptions({
    queryKey: ["customers", { filter, sort, isRising, columns }],
    queryFn: ({ pageParam, signal }) =>
      answerOf(
        client.POST("/api/customers/search", {
          body: {
            ...filter,
            sort,
            is_rising: isRising,
            columns: [...columns],
            size: PAGE_SIZE,
            after: pageParam ?? null,
          },
          signal,
        }),
      ),
    ...byPages,
    placeholderData: keepPreviousData,
  });

export const customerFiltersQuery = () =>
  queryOptions({
    queryKey: ["customer-filters"],
    queryFn: ({ signal }) => answerOf(client.GET("/api/customer-filters", { signal })),
  });

export const keepFilter = (filterId: number | null, body: CustomerFilterBody) =>
  answerOf(
    filterId === null
      ? client.POST("/api/customer-filters", { body })
      : client.PUT("/api/customer-filters/{filter_id}", {
          params: { path: { filter_id: filterId } },
          body,
        }),
  );

export const dropFilter = (filterId: number) =>
  answerOf(client.DELETE("/api/customer-filters/{filter_id}", { params: { path: { filter_id: filterId } } }));

export const customerColumnsQuery = () =>
  queryOptions({
    queryKey: ["customer-columns"],
    queryFn: ({ signal }) => answerOf(client.GET("/api/customer-columns", { signal })),
  });

export const setCustomerColumns = (columns: readonly string[]) =>
  answerOf(client.PUT("/api/customer-columns", { body: { columns: [...columns] } }));

export const prepareBulk = (body: CustomerBulkAsked) =>
  answerOf(client.POST("/api/customer-bulks", { body }));

const of = (bulkId: number) => ({ params: { path: { bulk_id: bulkId } } });

export const startBulk = (bulkId: number) =>
  answerOf(client.POST("/api/customer-bulks/{bulk_id}/start", of(bulkId)));

export const stopBulk = (bulkId: number) =>
  answerOf(client.POST("/api/customer-bulks/{bulk_id}/stop", of(bulkId)));

/** Asked again for as long as it goes on. */
export const bulkQuery = (bulkId: number) =>
  queryOptions({
    queryKey: ["customer-bulks", bulkId],
    queryFn: ({ signal }) => answerOf(client.GET("/api/customer-bulks/{bulk_id}", { ...of(bulkId), signal })),
    refetchInterval: ({ state }) => (state.data?.state === "running" ? paced(WATCH_MS) : false),
  });

export const bulkListQuery = () =>
  infiniteQueryOptions({
    queryKey: ["customer-bulks"],
    queryFn: ({ pageParam, signal }) =>
      answerOf(
        client.GET("/api/customer-bulks", { params: { query: { size: 50, after: pageParam } }, signal }),
      ),
    ...byPages,
  });

export type BulkKind = "customer-bulks" | "tag-bulks";
export type Unchanged = components["schemas"]["Unchanged"];

/** Whom work on many left as they were, for one of the reasons. */
export const unchangedQuery = (kind: BulkKind, bulkId: number, why: Unchanged) =>
  peopleQuery([kind, bulkId, "unchanged", why], (page, signal) => {
    const asked = { params: { path: { bulk_id: bulkId }, query: { why, ...page } }, signal };
    return answerOf(
      kind === "tag-bulks"
        ? client.GET("/api/tag-bulks/{bulk_id}/unchanged", asked)
        : client.GET("/api/customer-bulks/{bulk_id}/unchanged", asked),
    );
  });

export const exportCustomers = (meant: CustomersMeant, format: ExportFormat, columns: readonly string[]) =>
  answerOf(client.POST("/api/customers/exports", { body: { meant, format, columns: [...columns] } }));

export const makeSegmentOf = (meant: CustomersMeant, name: string, isPublished: boolean) =>
  answerOf(client.POST("/api/customers/segments", { body: { meant, name, is_published: isPublished } }));
