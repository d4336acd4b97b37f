import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { answerOf, client } from "./client";
import { byPages } from "./paging";
import { peopleQuery } from "./people";
import type { components } from "./schema";
import type { LeadEdit, LeadFilter, LeadRules, LeadView, NewFollowUp, NewLead } from "./types";

/** All that tells of leads and follow-ups; to be looked at anew after each change. */
export const LEADS = "leads";

export const leadListQuery = (view: LeadView, filter: LeadFilter = {}) =>
  infiniteQueryOptions({
    queryKey: [LEADS, "list", view, filter],
    queryFn: ({ pageParam, signal }) =>
      answerOf(
        client.GET("/api/leads", {
          params: { query: { ...filter, view, size: 50, after: pageParam } },
          signal,
        }),
      ),
    ...byPages,
  });

export const leadCountsQuery = (view: LeadView) =>
  queryOptions({
    queryKey: [LEADS, "counts", view],
    queryFn: ({ signal }) =>
      answerOf(client.GET("/api/leads/counts", { params: { query: { view } }, signal })),
  });

export const leadQuery = (leadId: number) =>
  queryOptions({
    queryKey: [LEADS, "one", leadId],
    queryFn: ({ signal }) =>
      answerOf(client.GET("/api/leads/{lead_id}", { params: { path: { lead_id: leadId } }, signal })),
  });

export const leadRulesQuery = () =>
  queryOptions({
    queryKey: [LEADS, "rules"],
    queryFn: ({ signal }) => answerOf(client.GET("/api/leads/rules", { signal })),
  });

export const leadSourcesQuery = () =>
  queryOptions({
    queryKey: [LEADS, "sources"],
    queryFn: ({ signal }) => answerOf(client.GET("/api/leads/sources", { signal })),
  });

export const leadNumbersQuery = (by: "staff" | "source", days: number) =>
  queryOptions({
    queryKey: [LEADS, "numbers", by, days],
    queryFn: ({ signal }) =>
      answerOf(client.GET("/api/leads/numbers", { params: { query: { by, days } }, signal })),
  });

export type LeadNumber = components["schemas"]["LeadNumber"];

/** The customers whom a number counts: of a source, or of a member, null being nobody. */
export const countedLeadsQuery = (
  number: LeadNumber,
  whose: { source: string } | { staff_id: number | null },
  days: number,
) =>
  peopleQuery([LEADS, "counted", number, whose, days], (page, signal) =>
    answerOf(
      client.GET("/api/leads/numbers/people", {
        params: {
          query: {
            number,
            days,
            ...page,
            ...("source" in whose ? whose : whose.staff_id === null ? {} : { staff_id: whose.staff_id }),
          },
        },
        signal,
      }),
    ),
  );

const ofCustomer = (customerId: number) => ({ params: { path: { customer_id: customerId } } });

export const customerLeadsQuery = (customerId: number) =>
  queryOptions({
    queryKey: [LEADS, "customer", customerId],
    queryFn: ({ signal }) =>
      answerOf(client.GET("/api/customers/{customer_id}/leads", { ...ofCustomer(customerId), signal })),
  });

export const followUpsQuery = (customerId: number) =>
  infiniteQueryOptions({
    queryKey: [LEADS, "follow-ups", customerId],
    queryFn: ({ pageParam, signal }) =>
      answerOf(
        client.GET("/api/customers/{customer_id}/follow-ups", {
          params: { path: { customer_id: customerId }, query: { size: 20, after: pageParam } },
          signal,
        }),
      ),
    ...byPages,
  });

export const recordFollowUp = ({ customerId, told }: { customerId: number; told: NewFollowUp }) =>
  answerOf(client.POST("/api/customers/{customer_id}/follow-ups", { ...ofCustomer(customerId), body: told }));

export const saveLeadRules = (wanted: { rules: LeadRules; version: number }) =>
  answerOf(client.PUT("/api/leads/rules", { body: wanted }));

export const openLead = (lead: NewLead) => answerOf(client.POST("/api/leads", { body: lead }));

export const claimLeads = (leadIds: number[]) =>
  answerOf(client.POST("/api/leads/claim", { body: { lead_ids: leadIds } }));

export const assignLeads = ({ leadIds, staffIds }: { leadIds: number[]; staffIds: number[] }) =>
  answerOf(client.POST("/api/leads/assign", { body: { lead_ids: leadIds, staff_ids: staffIds } }));

export const returnLeads = (leadIds: number[]) =>
  answerOf(client.POST("/api/leads/return", { body: { lead_ids: leadIds } }));

const path = (leadId: number) => ({ params: { path: { lead_id: leadId } } });

export const changeLead = ({ leadId, edit }: { leadId: number; edit: LeadEdit }) =>
  answerOf(client.PUT("/api/leads/{lead_id}", { ...path(leadId), body: edit }));

export const winLead = (leadId: number) => answerOf(client.POST("/api/leads/{lead_id}/win", path(leadId)));

export const loseLead = ({ leadId, reason }: { leadId: number; reason: string }) =>
  answerOf(client.POST("/api/leads/{lead_id}/lose", { ...path(leadId), body: { reason } }));
