import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { answerOf, client } from "./client";
import { byPages } from "./paging";
import type {
  MetricDefinition,
  MetricGrain,
  MetricPeopleQuestion,
  MetricRule,
  MetricSeriesQuestion,
  MetricTreeQuestion,
  NewMetricRule,
} from "./types";

const path = (id: number) => ({ params: { path: { metric_id: id } } });

/** Page by page, those with this in a name or the key. */
export const metricPagesQuery = (search: string) =>
  infiniteQueryOptions({
    queryKey: ["metrics", "list", "pages", search],
    queryFn: ({ pageParam, signal }) =>
      answerOf(
        client.GET("/api/metrics", {
          params: { query: { size: 100, after: pageParam, ...(search && { search }) } },
          signal,
        }),
      ),
    ...byPages,
    placeholderData: keepPreviousData,
  });

export const metricQuery = (id: number) =>
  queryOptions({
    queryKey: ["metrics", "one", id],
    queryFn: ({ signal }) => answerOf(client.GET("/api/metrics/{metric_id}", { ...path(id), signal })),
  });

/** Of all metrics, or of those alone that are named. */
export const glancesQuery = (grain: MetricGrain, isBoard: boolean, keys?: readonly string[]) =>
  queryOptions({
    queryKey: ["metrics", "glances", grain, isBoard, keys],
    queryFn: ({ signal }) =>
      answerOf(
        client.GET("/api/metric-numbers/glances", {
          params: { query: { grain, count: 13, is_board: isBoard, ...(keys && { key: [...keys] }) } },
          signal,
        }),
      ),
    staleTime: 60_000,
    placeholderData: keepPreviousData,
  });

export const homeMetricsQuery = () =>
  queryOptions({
    queryKey: ["metrics", "home"],
    queryFn: ({ signal }) => answerOf(client.GET("/api/metric-numbers/home", { signal })),
    staleTime: 60_000,
    refetchInterval: 60_000,
  });

export const seriesQuery = (id: number, question: MetricSeriesQuestion) =>
  queryOptions({
    queryKey: ["metrics", "series", id, question],
    queryFn: ({ signal }) =>
      answerOf(
        client.POST("/api/metric-numbers/{metric_id}/series", { ...path(id), body: question, signal }),
      ),
    staleTime: 60_000,
    placeholderData: keepPreviousData,
  });

export const treeQuery = (id: number, question: MetricTreeQuestion) =>
  queryOptions({
    queryKey: ["metrics", "tree", id, question],
    queryFn: ({ signal }) =>
      answerOf(client.POST("/api/metric-numbers/{metric_id}/tree", { ...path(id), body: question, signal })),
    staleTime: 60_000,
    placeholderData: keepPreviousData,
  });

export const findPeople = (id: number, question: MetricPeopleQuestion) =>
  answerOf(client.POST("/api/metric-numbers/{metric_id}/people", { ...path(id), body: question }));

export const meaningQuery = (definition: MetricDefinition) =>
  queryOptions({
    queryKey: ["metrics", "meaning", definition],
    queryFn: ({ signal }) =>
      answerOf(client.POST("/api/metrics/understand", { body: { definition }, signal })),
    staleTime: Infinity,
    retry: false,
  });

export const createMetric = (definition: MetricDefinition) =>
  answerOf(client.POST("/api/metrics", { body: { definition } }));

export const saveMetric = (id: number, definition: MetricDefinition, revision: number) =>
  answerOf(client.PUT("/api/metrics/{metric_id}", { ...path(id), body: { definition, revision } }));

export const publishMetric = (id: number) =>
  answerOf(client.POST("/api/metrics/{metric_id}/publish", path(id)));

export const deleteMetric = (id: number) => answerOf(client.DELETE("/api/metrics/{metric_id}", path(id)));

export const installMetrics = () => answerOf(client.POST("/api/metrics/shipped"));

export const chooseNorthStar = (id: number | null, grain: MetricGrain) =>
  answerOf(client.PUT("/api/metrics/north-star", { body: { metric_id: id, grain } }));

export const targetsQuery = (id: number) =>
  queryOptions({
    queryKey: ["metrics", "targets", id],
    queryFn: ({ signal }) =>
      answerOf(client.GET("/api/metrics/{metric_id}/targets", { ...path(id), signal })),
  });

export const saveTargets = (
  id: number,
  grain: MetricGrain,
  targets: { starts_on: string; value: number }[],
) => answerOf(client.PUT("/api/metrics/{metric_id}/targets", { ...path(id), body: { grain, targets } }));

export const alertListQuery = (isOpen: boolean) =>
  infiniteQueryOptions({
    queryKey: ["metrics", "alerts", isOpen],
    queryFn: ({ pageParam: after, signal }) =>
      answerOf(
        client.GET("/api/metric-alerts", {
          params: { query: { size: 50, after, is_open: isOpen } },
          signal,
        }),
      ),
    ...byPages,
  });

export const acknowledgeAlert = (id: number) =>
  answerOf(client.POST("/api/metric-alerts/{alert_id}/acknowledge", { params: { path: { alert_id: id } } }));

export const ruleListQuery = (metricId: number) =>
  queryOptions({
    queryKey: ["metrics", "rules", metricId],
    queryFn: ({ signal }) =>
      answerOf(
        client.GET("/api/metric-alerts/rules", {
          params: { query: { metric_id: metricId, dimension: "" } },
          signal,
        }),
      ),
  });

const rulePath = (id: number) => ({ params: { path: { rule_id: id } } });

export const createRule = (rule: NewMetricRule) =>
  answerOf(client.POST("/api/metric-alerts/rules", { body: rule }));

export const saveRule = ({ rule_id: id, trigger, threshold, is_active, post_url }: MetricRule) =>
  answerOf(
    client.PUT("/api/metric-alerts/rules/{rule_id}", {
      ...rulePath(id),
      body: { trigger, threshold, is_active, post_url },
    }),
  );

export const deleteRule = (id: number) =>
  answerOf(client.DELETE("/api/metric-alerts/rules/{rule_id}", rulePath(id)));
