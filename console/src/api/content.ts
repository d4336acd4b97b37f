import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { answerOf, client } from "./client";
import { byPages } from "./paging";
import type { ContentFile, LinkWish, MaterialDefinition, ScriptDefinition } from "./types";

const material = (materialId: number) => ({ params: { path: { material_id: materialId } } });
const script = (scriptId: number) => ({ params: { path: { script_id: scriptId } } });

/** A key for something that is to count once, however often it is told. Pages without https have no `randomUUID`. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (each) => each.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/** What is looked for on the shelf. */
export interface ShelfFilter {
  q?: string;
  form?: string[];
  folder?: string;
  onlyLive?: boolean;
  onlyFavourites?: boolean;
}

const asked = (filter: ShelfFilter, after: string | undefined, size: number) => ({
  q: filter.q ?? "",
  form: filter.form ?? null,
  folder: filter.folder ?? "",
  only_live: filter.onlyLive ?? false,
  only_favourites: filter.onlyFavourites ?? false,
  after,
  size,
});

// --- materials

export const materialListQuery = (filter: ShelfFilter, size = 30) =>
  infiniteQueryOptions({
    queryKey: ["materials", filter, size],
    queryFn: ({ pageParam, signal }) =>
      answerOf(client.GET("/api/materials", { params: { query: asked(filter, pageParam, size) }, signal })),
    ...byPages,
    placeholderData: keepPreviousData,
  });

export const materialQuery = (materialId: number) =>
  queryOptions({
    queryKey: ["material", materialId],
    queryFn: ({ signal }) =>
      answerOf(client.GET("/api/materials/{material_id}", { ...material(materialId), signal })),
  });

export const materialVersionsQuery = (materialId: number) =>
  queryOptions({
    queryKey: ["materials", "versions", materialId],
    queryFn: ({ signal }) =>
      answerOf(client.GET("/api/materials/{material_id}/versions", { ...material(materialId), signal })),
  });

export const materialVersion = (materialId: number, version: number) =>
  answerOf(
    client.GET("/api/materials/{material_id}/versions/{version}", {
      params: { path: { material_id: materialId, version } },
    }),
  );

export const materialFoldersQuery = () =>
  queryOptions({
    queryKey: ["materials", "folders"],
    queryFn: ({ signal }) => answerOf(client.GET("/api/materials/folders", { signal })),
  });

export const saveMaterial = (
  materialId: number | null,
  draft: { name: string; definition: MaterialDefinition; revision: number | null },
) =>
  answerOf(
    materialId === null
      ? client.POST("/api/materials", { body: draft })
      : client.PUT("/api/materials/{material_id}", { ...material(materialId), body: draft }),
  );

export const publishMaterial = (materialId: number) =>
  answerOf(client.POST("/api/materials/{material_id}/publish", material(materialId)));

export const switchMaterial = (materialId: number, isOn: boolean) =>
  answerOf(
    isOn
      ? client.POST("/api/materials/{material_id}/resume", material(materialId))
      : client.POST("/api/materials/{material_id}/stop", material(materialId)),
  );

export const deleteMaterial = (materialId: number) =>
  answerOf(client.DELETE("/api/materials/{material_id}", material(materialId)));

/** The file as it is, with its name. */
export const uploadContentFile = (file: File): Promise<ContentFile> =>
  answerOf(
    client.POST("/api/content-files", {
      params: { query: { name: file.name } },
      body: file as unknown as string,
      bodySerializer: (body: unknown) => body as BodyInit,
      headers: { "Content-Type": "application/octet-stream" },
    }),
  );

// --- scripts

export const scriptListQuery = (filter: ShelfFilter, size = 30) =>
  infiniteQueryOptions({
    queryKey: ["scripts", filter, size],
    queryFn: ({ pageParam, signal }) =>
      answerOf(client.GET("/api/scripts", { params: { query: asked(filter, pageParam, size) }, signal })),
    ...byPages,
    placeholderData: keepPreviousData,
  });

export const scriptQuery = (scriptId: number) =>
  queryOptions({
    queryKey: ["script", scriptId],
    queryFn: ({ signal }) =>
      answerOf(client.GET("/api/scripts/{script_id}", { ...script(scriptId), signal })),
  });

export const scriptVersionsQuery = (scriptId: number) =>
  queryOptions({
    queryKey: ["scripts", "versions", scriptId],
    queryFn: ({ signal }) =>
      answerOf(client.GET("/api/scripts/{script_id}/versions", { ...script(scriptId), signal })),
  });

export const scriptVersion = (scriptId: number, version: number) =>
  answerOf(
    client.GET("/api/scripts/{script_id}/versions/{version}", {
      params: { path: { script_id: scriptId, version } },
    }),
  );

export const scriptFoldersQuery = () =>
  queryOptions({
    queryKey: ["scripts", "folders"],
    queryFn: ({ signal }) => answerOf(client.GET("/api/scripts/folders", { signal })),
  });

export const scriptNumbersQuery = (days: number) =>
  queryOptions({
    queryKey: ["scripts", "numbers", days],
    queryFn: ({ signal }) =>
      answerOf(client.GET("/api/scripts/numbers", { params: { query: { days } }, signal })),
  });

export const saveScript = (
  scriptId: number | null,
  draft: { name: string; definition: ScriptDefinition; revision: number | null },
) =>
  answerOf(
    scriptId === null
      ? client.POST("/api/scripts", { body: draft })
      : client.PUT("/api/scripts/{script_id}", { ...script(scriptId), body: draft }),
  );

export const publishScript = (scriptId: number) =>
  answerOf(client.POST("/api/scripts/{script_id}/publish", script(scriptId)));

export const switchScript = (scriptId: number, isOn: boolean) =>
  answerOf(
    isOn
      ? client.POST("/api/scripts/{script_id}/resume", script(scriptId))
      : client.POST("/api/scripts/{script_id}/stop", script(scriptId)),
  );

export const deleteScript = (scriptId: number) =>
  answerOf(client.DELETE("/api/scripts/{script_id}", script(scriptId)));

export const markScript = (scriptId: number, isFavourite: boolean) =>
  answerOf(
    client.PUT("/api/scripts/{script_id}/favourite", {
      ...script(scriptId),
      body: { is_favourite: isFavourite },
    }),
  );

/** The text as one customer reads it. */
export const fillText = (text: string, customerId: number) =>
  answerOf(client.POST("/api/scripts/preview", { body: { text, customer_id: customerId } }));

export const filledTextQuery = (text: string, customerId: number) =>
  queryOptions({
    queryKey: ["filled-text", text, customerId],
    queryFn: () => fillText(text, customerId),
    staleTime: 60_000,
    retry: false,
  });

/** That a script was said; the key makes a second telling count once. */
export const tellScriptUse = (scriptId: number, customerId: number, useKey: string) =>
  answerOf(
    client.POST("/api/scripts/{script_id}/uses", {
      ...script(scriptId),
      body: { use_key: useKey, customer_id: customerId },
    }),
  );

// --- quick replies

export const quickRepliesQuery = () =>
  queryOptions({
    queryKey: ["quick-replies"],
    queryFn: ({ signal }) => answerOf(client.GET("/api/quick-replies", { signal })),
  });

export const saveQuickReply = (replyId: number | null, draft: { title: string; body: string }) =>
  answerOf(
    replyId === null
      ? client.POST("/api/quick-replies", { body: draft })
      : client.PUT("/api/quick-replies/{reply_id}", { params: { path: { reply_id: replyId } }, body: draft }),
  );

export const deleteQuickReply = (replyId: number) =>
  answerOf(client.DELETE("/api/quick-replies/{reply_id}", { params: { path: { reply_id: replyId } } }));

// --- tracked links

export const linkListQuery = (
  filter: { customerId?: number; materialId?: number; staffId?: number },
  size = 30,
) =>
  infiniteQueryOptions({
    queryKey: ["links", filter, size],
    queryFn: ({ pageParam, signal }) =>
      answerOf(
        client.GET("/api/links", {
          params: {
            query: {
              customer_id: filter.customerId ?? null,
              material_id: filter.materialId ?? null,
              staff_id: filter.staffId ?? null,
              after: pageParam,
              size,
            },
          },
          signal,
        }),
      ),
    ...byPages,
  });

export const linkNumbersQuery = (days: number) =>
  queryOptions({
    queryKey: ["links", "numbers", days],
    queryFn: ({ signal }) =>
      answerOf(client.GET("/api/links/numbers", { params: { query: { days } }, signal })),
  });

export const giveLink = (wish: LinkWish) => answerOf(client.POST("/api/links", { body: wish }));
