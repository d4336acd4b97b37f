import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { answerOf, client } from "./client";
import { paced } from "./live";
import { byPages } from "./paging";
import type { TagRules, WecomCorpDraft } from "./types";

const ofCorp = (corpId: string) => ({ params: { path: { corp_id: corpId } } });
const ofCustomer = (customerId: number) => ({ params: { path: { customer_id: customerId } } });
const ofGroup = (groupId: number) => ({ params: { path: { group_id: groupId } } });

/** How often a page looks again while a comparison is running. */
const RUNNING_MS = 2000;

export const relationsQuery = (customerId: number) =>
  queryOptions({
    queryKey: ["relations", customerId],
    queryFn: ({ signal }) =>
      answerOf(client.GET("/api/customers/{customer_id}/contacts", { ...ofCustomer(customerId), signal })),
  });

export const saveRemark = (customerId: number, memberId: number, remark: string, description: string) =>
  answerOf(
    client.PUT("/api/customers/{customer_id}/contacts/{member_id}/remark", {
      params: { path: { customer_id: customerId, member_id: memberId } },
      body: { remark, description },
    }),
  );

export const wecomCorpsQuery = () =>
  queryOptions({
    queryKey: ["wecom-corps"],
    queryFn: ({ signal }) => answerOf(client.GET("/api/wecom/corps", { signal })),
  });

export const saveWecomCorp = (corpId: string, draft: WecomCorpDraft) =>
  answerOf(client.PUT("/api/wecom/corps/{corp_id}", { ...ofCorp(corpId), body: draft }));

export const checkWecomCorp = (corpId: string) =>
  answerOf(client.POST("/api/wecom/corps/{corp_id}/check", ofCorp(corpId)));

export const newCallbackKeys = () => answerOf(client.POST("/api/wecom/callback-keys"));

export const wecomCallbacksQuery = (corpId: string) =>
  infiniteQueryOptions({
    queryKey: ["wecom-callbacks", corpId],
    queryFn: ({ pageParam, signal }) =>
      answerOf(
        client.GET("/api/wecom/corps/{corp_id}/callbacks", {
          params: {
            path: { corp_id: corpId },
            query: { size: 20, ...(pageParam ? { after: pageParam } : {}) },
          },
          signal,
        }),
      ),
    ...byPages,
  });

export const retryWecomCallbacks = (corpId: string, callbackIds?: number[]) =>
  answerOf(
    client.POST("/api/wecom/corps/{corp_id}/callbacks/retry", {
      ...ofCorp(corpId),
      body: { callback_ids: callbackIds ?? null },
    }),
  );

export const syncsQuery = (corpId: string) =>
  queryOptions({
    queryKey: ["wecom-syncs", corpId],
    queryFn: ({ signal }) =>
      answerOf(client.GET("/api/wecom/corps/{corp_id}/syncs", { ...ofCorp(corpId), signal })),
    refetchInterval: ({ state }) => (state.data?.rows[0]?.state === "running" ? paced(RUNNING_MS) : false),
  });

export const askSync = (corpId: string) =>
  answerOf(client.POST("/api/wecom/corps/{corp_id}/syncs", ofCorp(corpId)));

export const syncedTagGroupsQuery = (corpId: string) =>
  queryOptions({
    queryKey: ["wecom-tag-groups", corpId],
    queryFn: ({ signal }) =>
      answerOf(client.GET("/api/wecom/corps/{corp_id}/tag-groups", { ...ofCorp(corpId), signal })),
  });

export const saveTagRules = (corpId: string, outsideId: string, rules: TagRules) =>
  answerOf(
    client.PUT("/api/wecom/corps/{corp_id}/tag-groups/{outside_id}", {
      params: { path: { corp_id: corpId, outside_id: outsideId } },
      body: rules,
    }),
  );

export const groupListQuery = (search: string) =>
  infiniteQueryOptions({
    queryKey: ["groups", search],
    queryFn: ({ pageParam, signal }) =>
      answerOf(
        client.GET("/api/groups", {
          params: { query: { search, ...(pageParam ? { after: pageParam } : {}) } },
          signal,
        }),
      ),
    ...byPages,
  });

export const groupQuery = (groupId: number) =>
  queryOptions({
    queryKey: ["group", groupId],
    queryFn: ({ signal }) => answerOf(client.GET("/api/groups/{group_id}", { ...ofGroup(groupId), signal })),
  });

export const groupMembersQuery = (groupId: number) =>
  infiniteQueryOptions({
    queryKey: ["group-members", groupId],
    queryFn: ({ pageParam, signal }) =>
      answerOf(
        client.GET("/api/groups/{group_id}/members", {
          params: { path: { group_id: groupId }, query: pageParam ? { after: pageParam } : {} },
          signal,
        }),
      ),
    ...byPages,
  });
