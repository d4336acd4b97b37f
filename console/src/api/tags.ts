import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { answerOf, client } from "./client";
import { paced } from "./live";
import { byPages } from "./paging";
import type { NewTagBulk, TagGroupDraft, TagRule, TagRuleDraft, Tagging } from "./types";

export const tagGroupsQuery = () =>
  queryOptions({
    queryKey: ["tag-groups"],
    queryFn: ({ signal }) => answerOf(client.GET("/api/tag-groups", { signal })),
  });

export const tagCountsQuery = () =>
  queryOptions({
    queryKey: ["tag-counts"],
    queryFn: ({ signal }) => answerOf(client.GET("/api/tags/counts", { signal })),
  });

const ofGroup = (groupId: number) => ({ params: { path: { group_id: groupId } } });
const ofTag = (tagId: number) => ({ params: { path: { tag_id: tagId } } });

export const createTagGroup = (draft: TagGroupDraft) =>
  answerOf(client.POST("/api/tag-groups", { body: draft }));

export const saveTagGroup = (groupId: number, draft: TagGroupDraft) =>
  answerOf(client.PUT("/api/tag-groups/{group_id}", { ...ofGroup(groupId), body: draft }));

export const archiveTagGroup = (groupId: number, isArchived: boolean) =>
  answerOf(
    isArchived
      ? client.POST("/api/tag-groups/{group_id}/archive", ofGroup(groupId))
      : client.POST("/api/tag-groups/{group_id}/restore", ofGroup(groupId)),
  );

/** A group with all of its tags, or one of them. */
export interface TagOrGroup {
  kind: "group" | "tag";
  id: number;
}

export const tagUsersQuery = ({ kind, id }: TagOrGroup) =>
  infiniteQueryOptions({
    queryKey: ["tag-users", kind, id],
    queryFn: ({ pageParam, signal }) => {
      const query = { size: 20, after: pageParam };
      return answerOf(
        kind === "group"
          ? client.GET("/api/tag-groups/{group_id}/used-by", {
              params: { path: { group_id: id }, query },
              signal,
            })
          : client.GET("/api/tags/{tag_id}/used-by", { params: { path: { tag_id: id }, query }, signal }),
      );
    },
    ...byPages,
    staleTime: 0,
  });

export const createTag = (groupId: number, name: string) =>
  answerOf(client.POST("/api/tag-groups/{group_id}/tags", { ...ofGroup(groupId), body: { name } }));

export const renameTag = (tagId: number, name: string) =>
  answerOf(client.PUT("/api/tags/{tag_id}", { ...ofTag(tagId), body: { name } }));

export const archiveTag = (tagId: number, isArchived: boolean) =>
  answerOf(
    isArchived
      ? client.POST("/api/tags/{tag_id}/archive", ofTag(tagId))
      : client.POST("/api/tags/{tag_id}/restore", ofTag(tagId)),
  );

// --- a customer's

const ofCustomer = (customerId: number) => ({ params: { path: { customer_id: customerId } } });

export const customerTagsQuery = (customerId: number) =>
  queryOptions({
    queryKey: ["customer-tags", customerId],
    queryFn: ({ signal }) =>
      answerOf(client.GET("/api/customers/{customer_id}/tags", { ...ofCustomer(customerId), signal })),
  });

export const tagHistoryQuery = (customerId: number) =>
  queryOptions({
    queryKey: ["tag-history", customerId],
    queryFn: ({ signal }) =>
      answerOf(
        client.GET("/api/customers/{customer_id}/tags/history", { ...ofCustomer(customerId), signal }),
      ),
  });

export const tagCustomer = (customerId: number, tagging: Partial<Tagging>) =>
  answerOf(
    client.POST("/api/customers/{customer_id}/tags", {
      ...ofCustomer(customerId),
      body: { add: [], remove: [], reason: "", ...tagging },
    }),
  );

// --- in bulk

export const startTagBulk = (tagId: number, bulk: NewTagBulk) =>
  answerOf(client.POST("/api/tags/{tag_id}/bulks", { ...ofTag(tagId), body: bulk }));

const ofBulk = (bulkId: number) => ({ params: { path: { bulk_id: bulkId } } });

export const tagBulkQuery = (bulkId: number) =>
  queryOptions({
    queryKey: ["tag-bulk", bulkId],
    queryFn: ({ signal }) => answerOf(client.GET("/api/tag-bulks/{bulk_id}", { ...ofBulk(bulkId), signal })),
    refetchInterval: ({ state }) => (state.data?.state === "running" ? paced(1000) : false),
  });

export const stopTagBulk = (bulkId: number) =>
  answerOf(client.POST("/api/tag-bulks/{bulk_id}/stop", ofBulk(bulkId)));

export const tagBulkListQuery = () =>
  infiniteQueryOptions({
    queryKey: ["tag-bulks"],
    queryFn: ({ pageParam, signal }) =>
      answerOf(client.GET("/api/tag-bulks", { params: { query: { size: 50, after: pageParam } }, signal })),
    ...byPages,
    refetchInterval: ({ state }) =>
      state.data?.pages.some((page) => page.rows.some((row) => row.state === "running"))
        ? paced(2000)
        : false,
  });

// --- rules

const ofRule = (ruleId: number) => ({ params: { path: { rule_id: ruleId } } });

export const tagRuleListQuery = () =>
  infiniteQueryOptions({
    queryKey: ["tag-rules"],
    queryFn: ({ pageParam, signal }) =>
      answerOf(client.GET("/api/tag-rules", { params: { query: { size: 50, after: pageParam } }, signal })),
    ...byPages,
  });

export const publishTagRule = (ruleId: number) =>
  answerOf(client.POST("/api/tag-rules/{rule_id}/publish", ofRule(ruleId)));

/** Saves the draft, of a new rule or one that there is. */
export const saveTagRule = (ruleId: number | null, draft: TagRuleDraft): Promise<TagRule> =>
  answerOf(
    ruleId === null
      ? client.POST("/api/tag-rules", { body: draft })
      : client.PUT("/api/tag-rules/{rule_id}", { ...ofRule(ruleId), body: draft }),
  );

export const switchTagRule = (ruleId: number, isOn: boolean) =>
  answerOf(
    isOn
      ? client.POST("/api/tag-rules/{rule_id}/resume", ofRule(ruleId))
      : client.POST("/api/tag-rules/{rule_id}/stop", ofRule(ruleId)),
  );

export const deleteTagRule = (ruleId: number) =>
  answerOf(client.DELETE("/api/tag-rules/{rule_id}", ofRule(ruleId)));
