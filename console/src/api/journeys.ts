import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { ApiError, answerOf, client } from "./client";
import { paced } from "./live";
import { byPages } from "./paging";
import type { JourneyDocument, JourneyFault } from "./journey-document";
import type { components } from "./schema";

const REFRESH_MS = 15_000;

type Schemas = components["schemas"];

export type JourneyRow = Schemas["JourneyRow"];
export type JourneyNumbers = Schemas["JourneyNumbersNow"];
export type JourneyVersionRow = Schemas["JourneyVersionRow"];
export type JourneyEntry = Schemas["JourneyEntry"];
export type JourneyState = JourneyEntry["state"];

/** The document as the server sends it: with every field said, which its schema leaves open. */
type Said<Row extends { definition: unknown }> = Omit<Row, "definition" | "draft_definition"> & {
  definition: JourneyDocument;
};

export type Journey = Said<Schemas["Journey"]> & { draft_definition: JourneyDocument | null };
export type JourneyVersion = Said<Schemas["JourneyVersion"]>;

export interface JourneyDraft {
  name: string;
  definition: JourneyDocument;
  /** That of what was opened; null for a new one. */
  revision: number | null;
}

const journeyOf = (answer: Promise<unknown>) => answer as Promise<Journey>;
const wired = (document: JourneyDocument) => document as unknown as Record<string, unknown>;

const of = (journeyId: number) => ({ params: { path: { journey_id: journeyId } } });

export const journeyListQuery = () =>
  infiniteQueryOptions({
    queryKey: ["journeys"],
    queryFn: ({ pageParam, signal }) =>
      answerOf(client.GET("/api/journeys", { params: { query: { size: 50, after: pageParam } }, signal })),
    ...byPages,
  });

export const journeyQuery = (journeyId: number) =>
  queryOptions({
    queryKey: ["journey", journeyId],
    queryFn: ({ signal }) =>
      journeyOf(answerOf(client.GET("/api/journeys/{journey_id}", { ...of(journeyId), signal }))),
  });

/** Saves the draft, of a new journey or one that there is. */
export function saveJourney(journeyId: number | null, { name, definition, revision }: JourneyDraft) {
  const body = { name, definition: wired(definition), revision };
  return journeyOf(
    answerOf(
      journeyId === null
        ? client.POST("/api/journeys", { body })
        : client.PUT("/api/journeys/{journey_id}", { ...of(journeyId), body }),
    ),
  );
}

export const publishJourney = (journeyId: number) =>
  journeyOf(answerOf(client.POST("/api/journeys/{journey_id}/publish", of(journeyId))));

export const pauseJourney = (journeyId: number) =>
  journeyOf(answerOf(client.POST("/api/journeys/{journey_id}/pause", of(journeyId))));

export const resumeJourney = (journeyId: number) =>
  journeyOf(answerOf(client.POST("/api/journeys/{journey_id}/resume", of(journeyId))));

/** All that is wrong with a document, told at once. */
export const journeyFaultsQuery = (definition: JourneyDocument, journeyId: number | null) =>
  queryOptions({
    queryKey: ["journey-faults", journeyId, definition],
    queryFn: ({ signal }) =>
      answerOf(
        client.POST("/api/journeys/check", {
          body: { definition: wired(definition), journey_id: journeyId },
          signal,
        }),
      ),
    retry: false,
    staleTime: 30_000,
    gcTime: 60_000,
  });

/** What a refusal finds wrong, where it is about the document. */
export function faultsOfRefusal(error: Error): JourneyFault[] {
  if (!(error instanceof ApiError) || error.code !== "invalid_definition") return [];
  const { faults, node, path, reason, reason_zh: reasonZh } = error.fields;
  if (Array.isArray(faults)) return faults as JourneyFault[];
  const text = (value: unknown, otherwise: string) => (typeof value === "string" ? value : otherwise);
  const said = text(reason, error.message);
  return [
    {
      node: typeof node === "string" ? node : null,
      path: text(path, ""),
      reason: said,
      reason_zh: text(reasonZh, said),
      is_warning: false,
    },
  ];
}

export const journeyNumbersQuery = (journeyId: number, isMoving: boolean) =>
  queryOptions({
    queryKey: ["journey-numbers", journeyId],
    queryFn: ({ signal }) =>
      answerOf(client.GET("/api/journeys/{journey_id}/numbers", { ...of(journeyId), signal })),
    // People move while one looks on.
    refetchInterval: isMoving ? paced(REFRESH_MS) : false,
  });

export const journeyVersionsQuery = (journeyId: number) =>
  queryOptions({
    queryKey: ["journey-versions", journeyId],
    queryFn: ({ signal }) =>
      answerOf(client.GET("/api/journeys/{journey_id}/versions", { ...of(journeyId), signal })),
  });

export const journeyVersionQuery = (journeyId: number, version: number) =>
  queryOptions({
    queryKey: ["journey-version", journeyId, version],
    queryFn: ({ signal }) =>
      answerOf(
        client.GET("/api/journeys/{journey_id}/versions/{version}", {
          params: { path: { journey_id: journeyId, version } },
          signal,
        }),
      ) as Promise<unknown> as Promise<JourneyVersion>,
    staleTime: Infinity,
  });

/** Who is, or was, in it: at a node, in a state, or anywhere. */
export const journeyEntriesQuery = (journeyId: number, node: string | null, state: JourneyState | null) =>
  infiniteQueryOptions({
    queryKey: ["journey-entries", journeyId, node, state],
    queryFn: ({ pageParam, signal }) =>
      answerOf(
        client.GET("/api/journeys/{journey_id}/entries", {
          params: {
            path: { journey_id: journeyId },
            query: { node, state: state && [state], size: 50, after: pageParam },
          },
          signal,
        }),
      ),
    ...byPages,
  });

export const journeyEntryQuery = (journeyId: number, entryId: number) =>
  queryOptions({
    queryKey: ["journey-entry", journeyId, entryId],
    queryFn: ({ signal }) =>
      answerOf(
        client.GET("/api/journeys/{journey_id}/entries/{entry_id}", {
          params: { path: { journey_id: journeyId, entry_id: entryId } },
          signal,
        }),
      ),
  });

/** Lets those named try again what failed, or everybody whom a fault holds at a node. */
export const retryEntries = (journeyId: number, whom: { entry_ids: number[] } | { node: string }) =>
  answerOf(client.POST("/api/journeys/{journey_id}/entries/retry", { ...of(journeyId), body: whom }));

export const endEntries = (journeyId: number, entryIds: number[]) =>
  answerOf(
    client.POST("/api/journeys/{journey_id}/entries/end", {
      ...of(journeyId),
      body: { entry_ids: entryIds },
    }),
  );

/** Lets customers in by hand; the same key does it once. */
export const enterJourney = (journeyId: number, customerIds: number[], key: string) =>
  answerOf(
    client.POST("/api/journeys/{journey_id}/enter", {
      ...of(journeyId),
      body: { customer_ids: customerIds, group_ids: [], staff_ids: [], key },
    }),
  );

export const holdOutQuery = () =>
  queryOptions({
    queryKey: ["hold-out"],
    queryFn: ({ signal }) => answerOf(client.GET("/api/hold-out", { signal })),
  });

export const setHoldOut = (share: number) => answerOf(client.PUT("/api/hold-out", { body: { share } }));
