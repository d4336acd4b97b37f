import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { answerOf, client } from "./client";
import { byPages } from "./paging";
import type { EnquiryAnswer, EnquiryState, EnquiryView, NewEnquiry, NewWish, ScriptOfEnquiry } from "./types";

/** All that tells of enquiries; to be looked at anew after each change. */
export const ENQUIRIES = "enquiries";

const path = (enquiryId: number) => ({ params: { path: { enquiry_id: enquiryId } } });

export const enquiryListQuery = (view: EnquiryView, state?: EnquiryState, customerId?: number) =>
  infiniteQueryOptions({
    queryKey: [ENQUIRIES, "list", view, state, customerId],
    queryFn: ({ pageParam, signal }) =>
      answerOf(
        client.GET("/api/enquiries", {
          params: {
            query: {
              view,
              state: state ?? null,
              customer_id: customerId ?? null,
              size: 30,
              after: pageParam,
            },
          },
          signal,
        }),
      ),
    ...byPages,
  });

/** Answers that were given before, the most like first. */
export const foundAnswersQuery = (q: string, size = 20) =>
  queryOptions({
    queryKey: [ENQUIRIES, "answers", q, size],
    queryFn: ({ signal }) =>
      answerOf(client.GET("/api/enquiries/answers", { params: { query: { q, size } }, signal })),
    placeholderData: keepPreviousData,
  });

export const enquiryCountsQuery = () =>
  queryOptions({
    queryKey: [ENQUIRIES, "counts"],
    queryFn: ({ signal }) => answerOf(client.GET("/api/enquiries/counts", { signal })),
  });

export const enquiryQuery = (enquiryId: number) =>
  queryOptions({
    queryKey: [ENQUIRIES, "one", enquiryId],
    queryFn: ({ signal }) =>
      answerOf(client.GET("/api/enquiries/{enquiry_id}", { ...path(enquiryId), signal })),
  });

/** What is wished of a journey, and nobody has settled. */
export const journeyWishesQuery = (journeyId: number) =>
  queryOptions({
    queryKey: [ENQUIRIES, "wishes", journeyId],
    queryFn: ({ signal }) =>
      answerOf(client.GET("/api/enquiries/wishes", { params: { query: { journey_id: journeyId } }, signal })),
  });

export const ask = (enquiry: NewEnquiry) => answerOf(client.POST("/api/enquiries", { body: enquiry }));

export const answerEnquiry = ({ enquiryId, answer }: { enquiryId: number; answer: EnquiryAnswer }) =>
  answerOf(client.POST("/api/enquiries/{enquiry_id}/answer", { ...path(enquiryId), body: answer }));

export const closeEnquiry = (enquiryId: number) =>
  answerOf(client.POST("/api/enquiries/{enquiry_id}/close", path(enquiryId)));

export const readAnswer = (enquiryId: number) =>
  answerOf(client.POST("/api/enquiries/{enquiry_id}/read", path(enquiryId)));

export const makeScript = ({ enquiryId, script }: { enquiryId: number; script: ScriptOfEnquiry }) =>
  answerOf(client.POST("/api/enquiries/{enquiry_id}/script", { ...path(enquiryId), body: script }));

export const wishChange = ({ enquiryId, wish }: { enquiryId: number; wish: NewWish }) =>
  answerOf(client.POST("/api/enquiries/{enquiry_id}/wish", { ...path(enquiryId), body: wish }));

export const settleWish = (enquiryId: number) =>
  answerOf(client.POST("/api/enquiries/{enquiry_id}/wish/settle", path(enquiryId)));
