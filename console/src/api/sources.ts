import { answerOf, client } from "./client";
import type { components } from "./schema";

type Schemas = components["schemas"];

/** What is asked of a list that something is chosen from: by a part of a name, or those that were chosen. */
export interface Sought {
  size: number;
  search?: string;
  ids?: number[];
}

/** A list that something is chosen from, searched on the server. */
export interface Source<Row> {
  /** The beginning of its query keys, by which a page hears that it has changed. */
  key: readonly unknown[];
  ask: (query: Sought, signal: AbortSignal) => Promise<{ rows: Row[]; next_after: string | null }>;
  idOf: (row: Row) => number;
  nameOf: (row: Row) => string;
}

const source = <Row extends { name: string }>(
  key: readonly unknown[],
  idOf: (row: Row) => number,
  ask: Source<Row>["ask"],
): Source<Row> => ({ key, ask, idOf, nameOf: (row) => row.name });

export const segmentSource = source<Schemas["SegmentRow"]>(
  ["segments"],
  (row) => row.segment_id,
  (query, signal) => answerOf(client.GET("/api/segments", { params: { query }, signal })),
);

export const listSource = source<Schemas["ListRow"]>(
  ["lists"],
  (row) => row.list_id,
  (query, signal) => answerOf(client.GET("/api/lists", { params: { query }, signal })),
);

export const journeySource = source<Schemas["JourneyRow"]>(
  ["journeys"],
  (row) => row.journey_id,
  (query, signal) => answerOf(client.GET("/api/journeys", { params: { query }, signal })),
);

export const formSource = source<Schemas["FormRow"]>(
  ["forms"],
  (row) => row.form_id,
  (query, signal) => answerOf(client.GET("/api/forms", { params: { query }, signal })),
);

export const codeSource = source<Schemas["CodeRow"]>(
  ["codes"],
  (row) => row.code_id,
  (query, signal) => answerOf(client.GET("/api/codes", { params: { query }, signal })),
);

export const experimentSource = source<Schemas["ExperimentRow"]>(
  ["experiments"],
  (row) => row.experiment_id,
  (query, signal) => answerOf(client.GET("/api/experiments", { params: { query }, signal })),
);

export const planSource = source<Schemas["PlanRow"]>(
  ["plans"],
  (row) => row.plan_id,
  (query, signal) => answerOf(client.GET("/api/plans", { params: { query }, signal })),
);

export const reviewSource = source<Schemas["ReviewRow"]>(
  ["reviews"],
  (row) => row.review_id,
  (query, signal) => answerOf(client.GET("/api/reviews", { params: { query }, signal })),
);

export const questionSource = source<Schemas["QuestionRow"]>(
  ["questions"],
  (row) => row.question_id,
  (query, signal) => answerOf(client.GET("/api/questions", { params: { query }, signal })),
);

/** Metrics are called otherwise in each language: say with `describe` how. */
export const metricSource: Source<Schemas["MetricRow"]> = {
  key: ["metrics", "list"],
  ask: (query, signal) => answerOf(client.GET("/api/metrics", { params: { query }, signal })),
  idOf: (row) => row.metric_id,
  nameOf: (row) => row.definition.zh,
};

export const schemeSource = source<Schemas["RfmRow"]>(
  ["rfm-choices"],
  (row) => row.scheme_id,
  (query, signal) => answerOf(client.GET("/api/rfm", { params: { query }, signal })),
);

export const ladderSource = source<Schemas["LadderRow"]>(
  ["ladder-choices"],
  (row) => row.ladder_id,
  (query, signal) => answerOf(client.GET("/api/ladders", { params: { query }, signal })),
);

export const dashboardSource = source<Schemas["DashboardRow"]>(
  ["dashboards", "list"],
  (row) => row.dashboard_id,
  (query, signal) => answerOf(client.GET("/api/dashboards", { params: { query }, signal })),
);

export const poolSource = source<Schemas["CouponPool"]>(
  ["coupon-pools"],
  (row) => row.pool_id,
  (query, signal) => answerOf(client.GET("/api/coupon-pools", { params: { query }, signal })),
);

export const staffSource = source<Schemas["Staff"]>(
  ["staff"],
  (row) => row.staff_id,
  (query, signal) => answerOf(client.GET("/api/staff", { params: { query }, signal })),
);

export const groupSource = source<Schemas["GroupChat"]>(
  ["groups"],
  (row) => row.group_id,
  (query, signal) => answerOf(client.GET("/api/groups", { params: { query }, signal })),
);

export const storeSource = source<Schemas["StoreRow"]>(
  ["stores"],
  (row) => row.store_id,
  (query, signal) => answerOf(client.GET("/api/stores", { params: { query }, signal })),
);

/** Members of a corp, by who of the staff they are. */
export const memberSource = (corpId: string) =>
  source<Schemas["ContactMember"]>(
    ["wecom-members", corpId],
    (row) => row.staff_id,
    (query, signal) =>
      answerOf(
        client.GET("/api/wecom/corps/{corp_id}/members", {
          params: { path: { corp_id: corpId }, query },
          signal,
        }),
      ),
  );

/** Members who have something to hand over, or whom WeCom lets take over. */
export const handingSource = (who: "givers" | "takers", corpId?: string) =>
  source<Schemas["ContactGiver"]>(
    ["inheritance-members", who, corpId],
    (row) => row.member_id,
    (query, signal) =>
      answerOf(
        client.GET("/api/inheritances/members", {
          // Who was chosen is shown, whatever became of them since.
          params: { query: query.ids ? query : { ...query, who, ...(corpId ? { corp_id: corpId } : {}) } },
          signal,
        }),
      ),
  );
