import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { uploadFile } from "./client";
import { get, send } from "./coming";
import type { CustomerPage, ListChanged, ListRow } from "./types";

export const listListQuery = () =>
  infiniteQueryOptions({
    queryKey: ["lists"],
    queryFn: ({ pageParam, signal }) =>
      get<{ rows: ListRow[]; next_after: string | null }>(
        "/api/lists",
        { size: 200, after: pageParam },
        signal,
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_after ?? undefined,
  });

export const listQuery = (listId: number) =>
  queryOptions({
    queryKey: ["list", listId],
    queryFn: ({ signal }) => get<ListRow>(`/api/lists/${listId}`, {}, signal),
  });

export const listMembersQuery = (listId: number) =>
  infiniteQueryOptions({
    queryKey: ["list", listId, "members"],
    queryFn: ({ pageParam, signal }) =>
      get<CustomerPage>(`/api/lists/${listId}/members`, { size: 50, after: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_after ?? undefined,
  });

export const createList = (name: string) => send<ListRow>("POST", "/api/lists", { name });

export const renameList = (listId: number, name: string) =>
  send<ListRow>("PUT", `/api/lists/${listId}`, { name });

export const deleteList = (listId: number) => send<undefined>("DELETE", `/api/lists/${listId}`);

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
