import { infiniteQueryOptions, keepPreviousData, queryOptions, skipToken } from "@tanstack/react-query";
import { answerOf, client } from "./client";
import { paced } from "./live";
import { byPages } from "./paging";
import type { HandoverState, InheritanceOrder, InheritanceWish } from "./types";

const of = (inheritanceId: number) => ({ params: { path: { inheritance_id: inheritanceId } } });

/** How often a page looks again while something is on the way. */
const RUNNING_MS = 3000;

/** Who has left with something to hand over, those who left last first. */
export const leaversQuery = () =>
  infiniteQueryOptions({
    queryKey: ["inheritance-members", "left"],
    queryFn: ({ pageParam, signal }) =>
      answerOf(
        client.GET("/api/inheritances/members", {
          params: { query: { who: "left", size: 20, after: pageParam } },
          signal,
        }),
      ),
    ...byPages,
  });

export const ownCustomersQuery = (memberId: number) =>
  infiniteQueryOptions({
    queryKey: ["inheritance-customers", memberId],
    queryFn: ({ pageParam, signal }) =>
      answerOf(
        client.GET("/api/inheritances/members/{member_id}/customers", {
          params: { path: { member_id: memberId }, query: { size: 100, after: pageParam } },
          signal,
        }),
      ),
    ...byPages,
  });

export const inheritanceListQuery = () =>
  infiniteQueryOptions({
    queryKey: ["inheritances"],
    queryFn: ({ pageParam, signal }) =>
      answerOf(
        client.GET("/api/inheritances", { params: { query: { size: 20, after: pageParam } }, signal }),
      ),
    ...byPages,
  });

export const inheritanceQuery = (inheritanceId: number) =>
  queryOptions({
    queryKey: ["inheritance", inheritanceId],
    queryFn: ({ signal }) =>
      answerOf(client.GET("/api/inheritances/{inheritance_id}", { ...of(inheritanceId), signal })),
    refetchInterval: ({ state }) => (state.data && !state.data.ended_at ? paced(RUNNING_MS) : false),
  });

export const handoversQuery = (inheritanceId: number, states: readonly HandoverState[]) =>
  infiniteQueryOptions({
    queryKey: ["handovers", inheritanceId, states],
    queryFn: ({ pageParam, signal }) =>
      answerOf(
        client.GET("/api/inheritances/{inheritance_id}/handovers", {
          params: {
            path: { inheritance_id: inheritanceId },
            query: { size: 50, after: pageParam, ...(states.length ? { states: [...states] } : {}) },
          },
          signal,
        }),
      ),
    ...byPages,
  });

/** What would come of it; null while it cannot be asked for. */
export const outlineQuery = (wish: InheritanceWish | null) =>
  queryOptions({
    queryKey: ["inheritance-outline", wish],
    queryFn: wish
      ? ({ signal }) => answerOf(client.POST("/api/inheritances/outline", { body: wish, signal }))
      : skipToken,
    placeholderData: keepPreviousData,
  });

export const beginInheritance = (order: InheritanceOrder) =>
  answerOf(client.POST("/api/inheritances", { body: order }));

export const cancelInheritance = (inheritanceId: number) =>
  answerOf(client.POST("/api/inheritances/{inheritance_id}/cancel", of(inheritanceId)));
