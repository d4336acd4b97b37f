import { queryOptions } from "@tanstack/react-query";
import { answerOf, client } from "./client";
import { peopleQuery } from "./people";
import type { InsightSpot, Question } from "./types";

export const insightQuery = (question: Question) =>
  queryOptions({
    queryKey: ["insight", question],
    queryFn: ({ signal }) => answerOf(client.POST("/api/insight/ask", { body: { question }, signal })),
    retry: false,
    staleTime: 60_000,
  });

export const insightPeopleQuery = (question: Question, spot: InsightSpot) =>
  peopleQuery(["insight-people", question, spot], (query, signal) =>
    answerOf(client.POST("/api/insight/people", { params: { query }, body: { question, spot }, signal })),
  );

export const createPeopleList = (question: Question, spot: InsightSpot, name: string) =>
  answerOf(client.POST("/api/insight/lists", { body: { question, spot, name } }));

/** Those saved last; by them it is known again whether what is asked is a saved one. */
export const newestQuestionsQuery = () =>
  queryOptions({
    queryKey: ["questions", "newest"],
    queryFn: ({ signal }) =>
      answerOf(client.GET("/api/questions", { params: { query: { size: 50 } }, signal })),
  });

export const createQuestion = (name: string, question: Question) =>
  answerOf(client.POST("/api/questions", { body: { name, question } }));

export const deleteQuestion = (questionId: number) =>
  answerOf(client.DELETE("/api/questions/{question_id}", { params: { path: { question_id: questionId } } }));
