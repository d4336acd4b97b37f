import { queryOptions } from "@tanstack/react-query";
import { answerOf, client } from "./client";
import { peopleQuery } from "./people";
import type { LadderDraft, MovementPeople, RfmDefinition, RfmDraft } from "./types";

export type Act = "publish" | "stop" | "resume";

/** Of schemes and ladders there are few; the newest are looked through for the one in force, others are found by typing. */
const NEWEST = { query: { size: 50 } };

export const rfmListQuery = () =>
  queryOptions({
    queryKey: ["rfm-choices"],
    queryFn: ({ signal }) => answerOf(client.GET("/api/rfm", { params: NEWEST, signal })),
  });

export const rfmTemplatesQuery = () =>
  queryOptions({
    queryKey: ["rfm-templates"],
    queryFn: ({ signal }) => answerOf(client.GET("/api/rfm/templates", { signal })),
    staleTime: 60_000,
  });

const scheme = (id: number) => ({ path: { scheme_id: id } });

export const rfmMatrixQuery = (id: number, revision: number) =>
  queryOptions({
    queryKey: ["rfm-matrix", id, revision],
    queryFn: ({ signal }) =>
      answerOf(client.GET("/api/rfm/{scheme_id}/matrix", { params: scheme(id), signal })),
    staleTime: 30_000,
  });

export const createRfm = (draft: RfmDraft) => answerOf(client.POST("/api/rfm", { body: draft }));

export const saveRfm = (id: number, draft: RfmDraft) =>
  answerOf(client.PUT("/api/rfm/{scheme_id}", { params: scheme(id), body: draft }));

export const findCuts = (definition: RfmDefinition) =>
  answerOf(client.POST("/api/rfm/cuts", { body: { definition } }));

export const actOnRfm = (id: number, act: Act) => {
  const of = { params: scheme(id) };
  if (act === "publish") return answerOf(client.POST("/api/rfm/{scheme_id}/publish", of));
  if (act === "stop") return answerOf(client.POST("/api/rfm/{scheme_id}/stop", of));
  return answerOf(client.POST("/api/rfm/{scheme_id}/resume", of));
};

export const deleteRfm = (id: number) =>
  answerOf(client.DELETE("/api/rfm/{scheme_id}", { params: scheme(id) }));

export const ladderListQuery = () =>
  queryOptions({
    queryKey: ["ladder-choices"],
    queryFn: ({ signal }) => answerOf(client.GET("/api/ladders", { params: NEWEST, signal })),
  });

export const ladderTemplatesQuery = () =>
  queryOptions({
    queryKey: ["ladder-templates"],
    queryFn: ({ signal }) => answerOf(client.GET("/api/ladders/templates", { signal })),
    staleTime: Infinity,
  });

export const ladderValuesQuery = (id: number, revision: number) =>
  queryOptions({
    queryKey: ["ladder-values", id, revision],
    queryFn: ({ signal }) =>
      answerOf(client.GET("/api/ladders/{ladder_id}/values", { params: ladder(id), signal })),
    staleTime: 30_000,
  });

const ladder = (id: number) => ({ path: { ladder_id: id } });

export const createLadder = (draft: LadderDraft) => answerOf(client.POST("/api/ladders", { body: draft }));

export const saveLadder = (id: number, draft: LadderDraft) =>
  answerOf(client.PUT("/api/ladders/{ladder_id}", { params: ladder(id), body: draft }));

export const actOnLadder = (id: number, act: Act) => {
  const of = { params: ladder(id) };
  if (act === "publish") return answerOf(client.POST("/api/ladders/{ladder_id}/publish", of));
  if (act === "stop") return answerOf(client.POST("/api/ladders/{ladder_id}/stop", of));
  return answerOf(client.POST("/api/ladders/{ladder_id}/resume", of));
};

export const deleteLadder = (id: number) =>
  answerOf(client.DELETE("/api/ladders/{ladder_id}", { params: ladder(id) }));

/** A scheme or a ladder: what both have. */
export interface Owner {
  kind: "rfm" | "ladder";
  id: number;
}

/** A draft of a segment of exactly those who moved like that. */
export const makeSegmentOfMovement = ({ kind, id }: Owner, body: MovementPeople) =>
  answerOf(
    kind === "rfm"
      ? client.POST("/api/rfm/{scheme_id}/movements/segment", { params: { path: { scheme_id: id } }, body })
      : client.POST("/api/ladders/{ladder_id}/movements/segment", {
          params: { path: { ladder_id: id } },
          body,
        }),
  );

export const movementsQuery = ({ kind, id }: Owner, since: string, until: string) =>
  queryOptions({
    queryKey: ["movements", kind, id, since, until],
    queryFn: ({ signal }) => {
      const query = { since_on: since, until_on: until };
      return kind === "rfm"
        ? answerOf(client.GET("/api/rfm/{scheme_id}/movements", { params: { ...scheme(id), query }, signal }))
        : answerOf(
            client.GET("/api/ladders/{ladder_id}/movements", { params: { ...ladder(id), query }, signal }),
          );
    },
  });

export const partMembersQuery = ({ kind, id }: Owner, part: string) =>
  peopleQuery(["part-members", kind, id, part], (query, signal) =>
    answerOf(
      kind === "rfm"
        ? client.GET("/api/rfm/{scheme_id}/cells/{cell}/members", {
            params: { path: { scheme_id: id, cell: part }, query },
            signal,
          })
        : client.GET("/api/ladders/{ladder_id}/stages/{stage}/members", {
            params: { path: { ladder_id: id, stage: part }, query },
            signal,
          }),
    ),
  );
