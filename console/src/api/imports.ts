import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { answerOf, client, uploadFile } from "./client";
import { paced } from "./live";
import { byPages } from "./paging";
import type { ImportPlan, ImportReading, ImportRow } from "./types";

const path = (importId: number) => ({ params: { path: { import_id: importId } } });

/** How often the progress of an import that is under way is asked for. */
const POLL_MS = 1_000;

export const isUnderWay = (row: Pick<ImportRow, "state">) =>
  row.state === "waiting" || row.state === "running";

export const importListQuery = () =>
  infiniteQueryOptions({
    queryKey: ["imports"],
    queryFn: ({ pageParam, signal }) =>
      answerOf(client.GET("/api/imports", { params: { query: { size: 50, after: pageParam } }, signal })),
    ...byPages,
    refetchInterval: ({ state }) =>
      state.data?.pages.some((page) => page.rows.some(isUnderWay)) ? paced(POLL_MS * 2) : false,
  });

export const importQuery = (importId: number) =>
  queryOptions({
    queryKey: ["import", importId],
    queryFn: ({ signal }) => answerOf(client.GET("/api/imports/{import_id}", { ...path(importId), signal })),
    refetchInterval: ({ state }) => (state.data && isUnderWay(state.data) ? paced(POLL_MS) : false),
  });

/** What the file is; `reading` holds what was chosen, the rest is found out. */
export const importLookQuery = (importId: number, reading: Partial<ImportReading>) =>
  queryOptions({
    queryKey: ["import-look", importId, reading],
    queryFn: ({ signal }) =>
      answerOf(client.POST("/api/imports/{import_id}/look", { ...path(importId), body: reading, signal })),
    retry: false,
    staleTime: Infinity,
  });

export const uploadImport = async (file: File, onProgress: (share: number) => void) =>
  (await uploadFile(
    `/api/imports?file_name=${encodeURIComponent(file.name.slice(-300))}`,
    file,
    onProgress,
  )) as ImportRow;

export const tryImport = (importId: number, plan: ImportPlan) =>
  answerOf(client.POST("/api/imports/{import_id}/try", { ...path(importId), body: plan }));

export const startImport = (importId: number, plan: ImportPlan) =>
  answerOf(client.POST("/api/imports/{import_id}/start", { ...path(importId), body: plan }));

export const cancelImport = (importId: number) =>
  answerOf(client.POST("/api/imports/{import_id}/cancel", path(importId)));

export const deleteImport = (importId: number) =>
  answerOf(client.DELETE("/api/imports/{import_id}", path(importId)));

export const rejectsAddress = (importId: number) => `/api/imports/${importId}/rejects`;
