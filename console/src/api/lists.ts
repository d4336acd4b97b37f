import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { answerOf, client, uploadFile } from "./client";
import { byPages } from "./paging";
import { peopleQuery } from "./people";
import type { ListChanged } from "./types";

const path = (listId: number) => ({ params: { path: { list_id: listId } } });

export const listListQuery = () =>
  infiniteQueryOptions({
    queryKey: ["lists"],
    queryFn: ({ pageParam, signal }) =>
      answerOf(client.GET("/api/lists", { params: { query: { size: 200, after: pageParam } }, signal })),
    ...byPages,
  });

export const listQuery = (listId: number) =>
  queryOptions({
    queryKey: ["list", listId],
    queryFn: ({ signal }) => answerOf(client.GET("/api/lists/{list_id}", { ...path(listId), signal })),
  });

export const listMembersQuery = (listId: number) =>
  peopleQuery(["list", listId, "members"], (query, signal) =>
    answerOf(
      client.GET("/api/lists/{list_id}/members", { params: { path: { list_id: listId }, query }, signal }),
    ),
  );

export const createList = (name: string) => answerOf(client.POST("/api/lists", { body: { name } }));

export const renameList = (listId: number, name: string) =>
  answerOf(client.PUT("/api/lists/{list_id}", { ...path(listId), body: { name } }));

export const deleteList = (listId: number) => answerOf(client.DELETE("/api/lists/{list_id}", path(listId)));

/** What becomes of those named in a file: they come to the others, they alone remain, they leave. */
export type ListMode = "add" | "replace" | "remove";

export const uploadListed = async (
  listId: number,
  file: File,
  mode: ListMode,
  onProgress: (share: number) => void,
) => {
  const form = new FormData();
  form.append("mode", mode);
  form.append("file", file);
  return (await uploadFile(`/api/lists/${listId}/members`, form, onProgress)) as ListChanged;
};
