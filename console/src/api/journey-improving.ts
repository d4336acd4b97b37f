import { queryOptions } from "@tanstack/react-query";
import { answerOf, client } from "./client";
import { paced } from "./live";
import type { JourneyDocument } from "./journey-document";
import type { components } from "./schema";

/** What a journey costs, what an edit of it would have changed, who knows it and who keeps to it. */

export type JourneyPrice = components["schemas"]["JourneyPrice"];
export type JourneyReplay = components["schemas"]["JourneyReplay"];
export type ReplayedNumbers = components["schemas"]["ReplayedNumbers"];
export type JourneyTraining = components["schemas"]["JourneyTraining"];
export type JourneyAdherence = components["schemas"]["JourneyAdherence"];
export type KeptStep = components["schemas"]["KeptStep"];
export type JourneyTemplateTaken = components["schemas"]["JourneyTemplateTaken"];
export type JourneyTemplate = Omit<components["schemas"]["JourneyTemplateRow"], "definition"> & {
  definition: JourneyDocument;
};

const of = (journeyId: number) => ({ params: { path: { journey_id: journeyId } } });
const REPLAY_MS = 1_500;

export const journeyTemplatesQuery = (language: "zh" | "en") =>
  queryOptions({
    queryKey: ["journey-templates", language],
    queryFn: async ({ signal }) => {
      const found = await answerOf(
        client.GET("/api/journey-templates", { params: { query: { language } }, signal }),
      );
      return found.rows as unknown as JourneyTemplate[];
    },
    staleTime: Infinity,
  });

export const takeTemplate = (key: string, taken: JourneyTemplateTaken) =>
  answerOf(client.POST("/api/journey-templates/{key}", { params: { path: { key } }, body: taken }));

export const journeyPriceQuery = (journeyId: number, which: "draft" | "in_force") =>
  queryOptions({
    queryKey: ["journey-price", journeyId, which],
    queryFn: ({ signal }) =>
      answerOf(
        client.GET("/api/journeys/{journey_id}/price", {
          params: { path: { journey_id: journeyId }, query: { which } },
          signal,
        }),
      ),
    gcTime: 0,
  });

export const journeyReplayQuery = (journeyId: number) =>
  queryOptions({
    queryKey: ["journey-replay", journeyId],
    queryFn: ({ signal }) =>
      answerOf(client.GET("/api/journeys/{journey_id}/replays/latest", { ...of(journeyId), signal })),
    refetchInterval: ({ state }) =>
      state.data?.state === "waiting" || state.data?.state === "running" ? paced(REPLAY_MS) : false,
  });

export const askReplay = (journeyId: number) =>
  answerOf(client.POST("/api/journeys/{journey_id}/replays", { ...of(journeyId), body: {} }));

export const journeyTrainingQuery = (journeyId: number) =>
  queryOptions({
    queryKey: ["journey-training", journeyId],
    queryFn: ({ signal }) =>
      answerOf(client.GET("/api/journeys/{journey_id}/training", { ...of(journeyId), signal })),
  });

export const askTraining = (journeyId: number, staffIds: number[] | null) =>
  answerOf(
    client.POST("/api/journeys/{journey_id}/training", { ...of(journeyId), body: { staff_ids: staffIds } }),
  );

export const markTrained = (journeyId: number, staffIds: number[], isTrained: boolean) =>
  answerOf(
    client.POST("/api/journeys/{journey_id}/training/mark", {
      ...of(journeyId),
      body: { staff_ids: staffIds, is_trained: isTrained },
    }),
  );

export const dismissTraining = (journeyId: number, staffId: number) =>
  answerOf(
    client.DELETE("/api/journeys/{journey_id}/training/{staff_id}", {
      params: { path: { journey_id: journeyId, staff_id: staffId } },
    }),
  );

export const journeyAdherenceQuery = (journeyId: number, version: number | null) =>
  queryOptions({
    queryKey: ["journey-adherence", journeyId, version],
    queryFn: ({ signal }) =>
      answerOf(
        client.GET("/api/journeys/{journey_id}/adherence", {
          params: { path: { journey_id: journeyId }, query: version === null ? {} : { version } },
          signal,
        }),
      ),
  });
