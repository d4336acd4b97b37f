import { queryOptions } from "@tanstack/react-query";
import { answerOf, client, rememberCsrfToken } from "./client";
import type { components } from "./schema";
import type { Session } from "./types";

export type SetupDraft = components["schemas"]["SetupDraft"];

/** Whether this installation waits to be set up; everybody may ask. */
export const setupQuery = () =>
  queryOptions({
    queryKey: ["setup"],
    queryFn: ({ signal }) => answerOf(client.GET("/api/setup", { signal })),
    staleTime: Infinity,
  });

/** Makes the company and its first administrator, who is logged in then. */
export async function setUp(draft: SetupDraft): Promise<Session> {
  const session = await answerOf(client.POST("/api/setup", { body: draft }));
  rememberCsrfToken(session.csrf_token);
  return session;
}

/** What is still to be done before an installation is of use. */
export const setupStepsQuery = () =>
  queryOptions({
    queryKey: ["setup", "steps"],
    queryFn: ({ signal }) => answerOf(client.GET("/api/setup/steps", { signal })),
  });
