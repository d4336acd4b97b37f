import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { answerOf, client } from "./client";
import { byPages } from "./paging";
import type { CodeDefinition, CodeDraft, StoreDraft } from "./types";

const of = (codeId: number) => ({ params: { path: { code_id: codeId } } });

export const codeListQuery = () =>
  infiniteQueryOptions({
    queryKey: ["codes"],
    queryFn: ({ pageParam, signal }) =>
      answerOf(client.GET("/api/codes", { params: { query: { size: 50, after: pageParam } }, signal })),
    ...byPages,
  });

export const codeQuery = (codeId: number) =>
  queryOptions({
    queryKey: ["code", codeId],
    queryFn: ({ signal }) => answerOf(client.GET("/api/codes/{code_id}", { ...of(codeId), signal })),
  });

export const codeNumbersQuery = (codeId: number, days: number) =>
  queryOptions({
    queryKey: ["code-numbers", codeId, days],
    queryFn: ({ signal }) =>
      answerOf(
        client.GET("/api/codes/{code_id}/numbers", {
          params: { path: { code_id: codeId }, query: { days } },
          signal,
        }),
      ),
  });

/** The page as visitors would see it; the first fault of the definition is told instead. */
export const codePreviewQuery = (definition: CodeDefinition, language: "zh" | "en") =>
  queryOptions({
    queryKey: ["code-preview", definition, language],
    queryFn: ({ signal }) =>
      answerOf(client.POST("/api/codes/preview", { body: { definition, language }, signal })),
    retry: false,
    staleTime: Infinity,
    gcTime: 60_000,
  });

/** Saves the draft, of a new code or one that there is. */
export const saveCode = (codeId: number | null, draft: CodeDraft) =>
  answerOf(
    codeId === null
      ? client.POST("/api/codes", { body: draft })
      : client.PUT("/api/codes/{code_id}", { ...of(codeId), body: draft }),
  );

export const publishCode = (codeId: number) =>
  answerOf(client.POST("/api/codes/{code_id}/publish", of(codeId)));

export const switchCode = (codeId: number, isOn: boolean) =>
  answerOf(
    isOn
      ? client.POST("/api/codes/{code_id}/resume", of(codeId))
      : client.POST("/api/codes/{code_id}/stop", of(codeId)),
  );

export const deleteCode = (codeId: number) => answerOf(client.DELETE("/api/codes/{code_id}", of(codeId)));

/** An address that the browser fetches by itself. */
export const codeQr = (codeId: number, picture: "svg" | "png") =>
  `/api/codes/${codeId}/qr?picture=${picture}`;

const ofStore = (storeId: number) => ({ params: { path: { store_id: storeId } } });

export const storeListQuery = (search: string) =>
  infiniteQueryOptions({
    queryKey: ["stores", search],
    queryFn: ({ pageParam, signal }) =>
      answerOf(
        client.GET("/api/stores", { params: { query: { size: 50, after: pageParam, search } }, signal }),
      ),
    ...byPages,
  });

/** Makes a store, or changes all of one. */
export const saveStore = (storeId: number | null, store: StoreDraft) =>
  answerOf(
    storeId === null
      ? client.POST("/api/stores", { body: store })
      : client.PUT("/api/stores/{store_id}", { ...ofStore(storeId), body: store }),
  );

export const deleteStore = (storeId: number) =>
  answerOf(client.DELETE("/api/stores/{store_id}", ofStore(storeId)));

/** Stores of a CSV file, as it is: the server finds out how it is encoded. */
export const importStores = (file: File) =>
  answerOf(
    client.POST("/api/stores/import", {
      body: file as unknown as string,
      bodySerializer: (body: unknown) => body as Blob,
      headers: { "Content-Type": "text/csv" },
    }),
  );
