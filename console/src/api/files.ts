import { answerOf, client } from "./client";
import type { DashboardDefinition, MetricBreakdown, MetricGrain, Question } from "./types";

export type FileFormat = "csv" | "xlsx" | "parquet";

/** What is to be taken away. */
export type FileWish =
  | { of: "question"; question: Question }
  | {
      of: "series";
      metric_id: number;
      grain: MetricGrain;
      since_on: string;
      until_on: string;
      breakdown: MetricBreakdown | null;
    }
  | { of: "card"; dashboard: DashboardDefinition; key: string }
  | { of: "sql"; text: string };

const CALLED = /filename\*=UTF-8''([^;]+)/;

function ask(wish: FileWish, how: { format: FileFormat; language: "zh" | "en" }) {
  const blob = { parseAs: "blob" } as const;
  switch (wish.of) {
    case "question":
      return client.POST("/api/files/question", { body: { ...how, question: wish.question }, ...blob });
    case "series": {
      const { metric_id, grain, since_on, until_on, breakdown } = wish;
      const body = { ...how, metric_id, grain, since_on, until_on, breakdown };
      return client.POST("/api/files/series", { body, ...blob });
    }
    case "card":
      return client.POST("/api/files/card", {
        body: { ...how, dashboard: wish.dashboard, key: wish.key },
        ...blob,
      });
    case "sql":
      return client.POST("/api/files/sql", { body: { ...how, text: wish.text }, ...blob });
  }
}

/** The file, and what it is called. */
export async function takeFile(wish: FileWish, format: FileFormat, language: "zh" | "en") {
  let name = `siyu.${format}`;
  const call = ask(wish, { format, language }).then((answer) => {
    const told = CALLED.exec(answer.response.headers.get("Content-Disposition") ?? "");
    if (told?.[1]) name = decodeURIComponent(told[1]);
    return { ...answer, data: answer.data as unknown as Blob };
  });
  return { blob: await answerOf<Blob>(call), name };
}
