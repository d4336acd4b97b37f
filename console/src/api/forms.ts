import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { answerOf, client } from "./client";
import { byPages } from "./paging";
import type { FormDefinition, FormDraft } from "./types";

const of = (formId: number) => ({ params: { path: { form_id: formId } } });

export const formListQuery = () =>
  infiniteQueryOptions({
    queryKey: ["forms"],
    queryFn: ({ pageParam, signal }) =>
      answerOf(client.GET("/api/forms", { params: { query: { size: 50, after: pageParam } }, signal })),
    ...byPages,
  });

export const formQuery = (formId: number) =>
  queryOptions({
    queryKey: ["form", formId],
    queryFn: ({ signal }) => answerOf(client.GET("/api/forms/{form_id}", { ...of(formId), signal })),
  });

export const formStatisticsQuery = (formId: number) =>
  queryOptions({
    queryKey: ["form-statistics", formId],
    queryFn: ({ signal }) =>
      answerOf(client.GET("/api/forms/{form_id}/statistics", { ...of(formId), signal })),
  });

export const formAnswersQuery = (formId: number) =>
  infiniteQueryOptions({
    queryKey: ["form-answers", formId],
    queryFn: ({ pageParam, signal }) =>
      answerOf(
        client.GET("/api/forms/{form_id}/answers", {
          params: { path: { form_id: formId }, query: { size: 20, after: pageParam } },
          signal,
        }),
      ),
    ...byPages,
  });

/** The page as customers would see it; the first fault of the definition is told instead. */
export const formPreviewQuery = (definition: FormDefinition, language: "zh" | "en") =>
  queryOptions({
    queryKey: ["form-preview", definition, language],
    queryFn: ({ signal }) =>
      answerOf(client.POST("/api/forms/preview", { body: { definition, language }, signal })),
    retry: false,
    staleTime: Infinity,
    gcTime: 60_000,
  });

/** Saves the draft, of a new form or one that there is. */
export const saveForm = (formId: number | null, draft: FormDraft) =>
  answerOf(
    formId === null
      ? client.POST("/api/forms", { body: draft })
      : client.PUT("/api/forms/{form_id}", { ...of(formId), body: draft }),
  );

export const publishForm = (formId: number) =>
  answerOf(client.POST("/api/forms/{form_id}/publish", of(formId)));

export const switchForm = (formId: number, isOn: boolean) =>
  answerOf(
    isOn
      ? client.POST("/api/forms/{form_id}/resume", of(formId))
      : client.POST("/api/forms/{form_id}/stop", of(formId)),
  );

export const deleteForm = (formId: number) => answerOf(client.DELETE("/api/forms/{form_id}", of(formId)));

export const makeFormLink = (formId: number, customerId: number) =>
  answerOf(client.POST("/api/forms/{form_id}/links", { ...of(formId), body: { customer_id: customerId } }));

/** Addresses that the browser fetches by itself. */
export const formFiles = (formId: number) => ({
  answers: `/api/forms/${formId}/answers.csv`,
  qr: (picture: "svg" | "png") => `/api/forms/${formId}/qr?picture=${picture}`,
});
