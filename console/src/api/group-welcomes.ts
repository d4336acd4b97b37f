import { queryOptions } from "@tanstack/react-query";
import { answerOf, client } from "./client";
import { paced } from "./live";
import type { GroupWelcomeChange, GroupWelcomeDraft } from "./types";

/** How often the page looks again while WeCom is still to be told of something. */
const WAITING_MS = 2000;

const ofWelcome = (welcomeId: number) => ({ params: { path: { welcome_id: welcomeId } } });

export const groupWelcomesQuery = () =>
  queryOptions({
    queryKey: ["group-welcomes"],
    queryFn: ({ signal }) => answerOf(client.GET("/api/group-welcomes", { signal })),
    refetchInterval: ({ state }) =>
      state.data?.rows.some((each) => each.state === "waiting") ? paced(WAITING_MS) : false,
  });

export const createGroupWelcome = (draft: GroupWelcomeDraft) =>
  answerOf(client.POST("/api/group-welcomes", { body: draft }));

export const saveGroupWelcome = (welcomeId: number, change: GroupWelcomeChange) =>
  answerOf(client.PUT("/api/group-welcomes/{welcome_id}", { ...ofWelcome(welcomeId), body: change }));

export const deleteGroupWelcome = (welcomeId: number) =>
  answerOf(client.DELETE("/api/group-welcomes/{welcome_id}", ofWelcome(welcomeId)));

export const tryGroupWelcomeAgain = (welcomeId: number) =>
  answerOf(client.POST("/api/group-welcomes/{welcome_id}/again", ofWelcome(welcomeId)));
