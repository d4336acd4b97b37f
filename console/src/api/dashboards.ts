import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { answerOf, client } from "./client";
import { paced } from "./live";
import { byPages } from "./paging";
import type { DashboardDefinition, DashboardDraft, ReportDraft } from "./types";

const dashboard = (id: number) => ({ params: { path: { dashboard_id: id } } });
const report = (id: number) => ({ params: { path: { report_id: id } } });
const statement = (id: number) => ({ params: { path: { statement_id: id } } });

export const dashboardListQuery = () =>
  infiniteQueryOptions({
    queryKey: ["dashboards", "list"],
    queryFn: ({ pageParam, signal }) =>
      answerOf(client.GET("/api/dashboards", { params: { query: { size: 50, after: pageParam } }, signal })),
    ...byPages,
  });

export const dashboardTemplatesQuery = (language: "zh" | "en") =>
  queryOptions({
    queryKey: ["dashboards", "templates", language],
    queryFn: ({ signal }) =>
      answerOf(client.GET("/api/dashboards/templates", { params: { query: { language } }, signal })),
  });

export const dashboardQuery = (id: number) =>
  queryOptions({
    queryKey: ["dashboards", id],
    queryFn: ({ signal }) =>
      answerOf(client.GET("/api/dashboards/{dashboard_id}", { ...dashboard(id), signal })),
  });

/** The numbers of all cards; where they lie does not matter to them. */
export const dashboardNumbersQuery = (asked: DashboardDefinition) =>
  queryOptions({
    queryKey: [
      "dashboard-numbers",
      asked.period ?? null,
      asked.cards.map((card) => ({ ...card, place: undefined })),
    ],
    queryFn: ({ signal }) =>
      answerOf(client.POST("/api/dashboards/ask", { body: { dashboard: asked }, signal })),
    retry: false,
    staleTime: 60_000,
  });

export const createDashboard = (draft: DashboardDraft) =>
  answerOf(client.POST("/api/dashboards", { body: draft }));

export const saveDashboard = (id: number, draft: DashboardDraft) =>
  answerOf(client.PUT("/api/dashboards/{dashboard_id}", { ...dashboard(id), body: draft }));

export const deleteDashboard = (id: number) =>
  answerOf(client.DELETE("/api/dashboards/{dashboard_id}", dashboard(id)));

export const reportListQuery = () =>
  infiniteQueryOptions({
    queryKey: ["reports", "list"],
    queryFn: ({ pageParam, signal }) =>
      answerOf(client.GET("/api/reports", { params: { query: { size: 50, after: pageParam } }, signal })),
    ...byPages,
  });

export const deliveriesQuery = (id: number) =>
  queryOptions({
    queryKey: ["reports", id, "deliveries"],
    queryFn: ({ signal }) =>
      answerOf(client.GET("/api/reports/{report_id}/deliveries", { ...report(id), signal })),
    refetchInterval: paced(5_000),
  });

export const createReport = (draft: ReportDraft) => answerOf(client.POST("/api/reports", { body: draft }));

export const saveReport = (id: number, draft: ReportDraft) =>
  answerOf(client.PUT("/api/reports/{report_id}", { ...report(id), body: draft }));

export const deleteReport = (id: number) => answerOf(client.DELETE("/api/reports/{report_id}", report(id)));

export const sendReport = (id: number) => answerOf(client.POST("/api/reports/{report_id}/send", report(id)));

export const sqlSchemaQuery = () =>
  queryOptions({
    queryKey: ["sql", "schema"],
    queryFn: ({ signal }) => answerOf(client.GET("/api/sql/schema", { signal })),
  });

export const runSql = (text: string) => answerOf(client.POST("/api/sql/run", { body: { text } }));

export const sqlRunsQuery = () =>
  queryOptions({
    queryKey: ["sql", "runs"],
    queryFn: ({ signal }) =>
      answerOf(client.GET("/api/sql/runs", { params: { query: { size: 20 } }, signal })),
  });

export const statementsQuery = () =>
  infiniteQueryOptions({
    queryKey: ["sql", "statements"],
    queryFn: ({ pageParam, signal }) =>
      answerOf(
        client.GET("/api/sql/statements", { params: { query: { size: 20, after: pageParam } }, signal }),
      ),
    ...byPages,
  });

export const createStatement = (name: string, text: string) =>
  answerOf(client.POST("/api/sql/statements", { body: { name, text } }));

export const saveStatement = (id: number, name: string, text: string, revision: number) =>
  answerOf(
    client.PUT("/api/sql/statements/{statement_id}", { ...statement(id), body: { name, text, revision } }),
  );

export const deleteStatement = (id: number) =>
  answerOf(client.DELETE("/api/sql/statements/{statement_id}", statement(id)));
