import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { answerOf, client } from "./client";
import { paced } from "./live";
import { byPages } from "./paging";
import { peopleQuery } from "./people";
import type { components } from "./schema";
import type { ServiceConversation, ServiceRuleDraft, ServiceTrialAsked } from "./types";

const ofAccount = (accountId: number) => ({ params: { path: { account_id: accountId } } });
const ofConversation = (conversationId: number) => ({
  params: { path: { conversation_id: conversationId } },
});
const ofRules = (rulesId: number) => ({ params: { path: { rules_id: rulesId } } });

/** How often lists look again by themselves: customers write at any time. */
const AGAIN_MS = 15_000;

export type ConversationState = ServiceConversation["state"];

export const serviceAccountsQuery = () =>
  queryOptions({
    queryKey: ["service-accounts"],
    queryFn: ({ signal }) => answerOf(client.GET("/api/service/accounts", { signal })),
  });

export const refreshServiceAccounts = () => answerOf(client.POST("/api/service/accounts/refresh"));

export const chooseServiceRules = (accountId: number, rulesId: number | null) =>
  answerOf(
    client.PUT("/api/service/accounts/{account_id}/rules", {
      ...ofAccount(accountId),
      body: { rules_id: rulesId },
    }),
  );

export const makeServiceLink = (accountId: number, scene: string) =>
  answerOf(
    client.POST("/api/service/accounts/{account_id}/link", { ...ofAccount(accountId), body: { scene } }),
  );

export const serviceNumbersQuery = (days: number) =>
  queryOptions({
    queryKey: ["service-numbers", days],
    queryFn: ({ signal }) =>
      answerOf(client.GET("/api/service/numbers", { params: { query: { days } }, signal })),
  });

export type ServiceNumber = components["schemas"]["ServiceNumber"];

/** The customers whom a number of the last days counts something of. */
export const servedQuery = (number: ServiceNumber, days: number) =>
  peopleQuery(["service-numbers", "people", number, days], (page, signal) =>
    answerOf(
      client.GET("/api/service/numbers/people", { params: { query: { number, days, ...page } }, signal }),
    ),
  );

export const conversationListQuery = (state: ConversationState | null, accountId: number | null) =>
  infiniteQueryOptions({
    queryKey: ["conversations", state, accountId],
    queryFn: ({ pageParam, signal }) =>
      answerOf(
        client.GET("/api/service/conversations", {
          params: {
            query: {
              size: 30,
              ...(pageParam ? { after: pageParam } : {}),
              ...(state ? { state } : {}),
              ...(accountId ? { account_id: accountId } : {}),
            },
          },
          signal,
        }),
      ),
    ...byPages,
    refetchInterval: paced(AGAIN_MS),
  });

export const conversationQuery = (conversationId: number) =>
  queryOptions({
    queryKey: ["conversation", conversationId],
    queryFn: ({ signal }) =>
      answerOf(
        client.GET("/api/service/conversations/{conversation_id}", {
          ...ofConversation(conversationId),
          signal,
        }),
      ),
  });

/** Each look stands in the audit, so nothing looks again by itself. */
export const serviceMessagesQuery = (conversationId: number) =>
  queryOptions({
    queryKey: ["service-messages", conversationId],
    queryFn: ({ signal }) =>
      answerOf(
        client.POST("/api/service/conversations/{conversation_id}/read", {
          ...ofConversation(conversationId),
          signal,
        }),
      ),
    staleTime: Infinity,
    gcTime: 0,
    refetchOnWindowFocus: false,
  });

export const replyInService = (conversationId: number, text: string) =>
  answerOf(
    client.POST("/api/service/conversations/{conversation_id}/reply", {
      ...ofConversation(conversationId),
      body: { text },
    }),
  );

export const handOverService = (conversationId: number, userid: string | null) =>
  answerOf(
    client.POST("/api/service/conversations/{conversation_id}/hand-over", {
      ...ofConversation(conversationId),
      body: { userid },
    }),
  );

export const endService = (conversationId: number) =>
  answerOf(client.POST("/api/service/conversations/{conversation_id}/end", ofConversation(conversationId)));

export const serviceRuleListQuery = () =>
  infiniteQueryOptions({
    queryKey: ["service-rules"],
    queryFn: ({ pageParam, signal }) =>
      answerOf(
        client.GET("/api/service-rules", { params: { query: { size: 50, after: pageParam } }, signal }),
      ),
    ...byPages,
  });

export const serviceRuleQuery = (rulesId: number) =>
  queryOptions({
    queryKey: ["service-rule", rulesId],
    queryFn: ({ signal }) =>
      answerOf(client.GET("/api/service-rules/{rules_id}", { ...ofRules(rulesId), signal })),
  });

/** What would be answered; the first fault of the definition is told instead. */
export const serviceTrialQuery = (asked: ServiceTrialAsked) =>
  queryOptions({
    queryKey: ["service-trial", asked],
    queryFn: ({ signal }) => answerOf(client.POST("/api/service-rules/trial", { body: asked, signal })),
    retry: false,
    staleTime: 60_000,
    gcTime: 60_000,
  });

export const saveServiceRules = (rulesId: number | null, draft: ServiceRuleDraft) =>
  answerOf(
    rulesId === null
      ? client.POST("/api/service-rules", { body: draft })
      : client.PUT("/api/service-rules/{rules_id}", { ...ofRules(rulesId), body: draft }),
  );

export const publishServiceRules = (rulesId: number) =>
  answerOf(client.POST("/api/service-rules/{rules_id}/publish", ofRules(rulesId)));

export const switchServiceRules = (rulesId: number, isOn: boolean) =>
  answerOf(
    isOn
      ? client.POST("/api/service-rules/{rules_id}/resume", ofRules(rulesId))
      : client.POST("/api/service-rules/{rules_id}/stop", ofRules(rulesId)),
  );

export const deleteServiceRules = (rulesId: number) =>
  answerOf(client.DELETE("/api/service-rules/{rules_id}", ofRules(rulesId)));
