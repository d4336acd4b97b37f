import { queryOptions } from "@tanstack/react-query";
import { answerOf, ApiError, client, rememberCsrfToken } from "./client";
import type { Session } from "./types";

export const sessionKey = ["session"] as const;

/** Who is logged in; null for nobody. */
export const sessionQuery = () =>
  queryOptions({
    queryKey: sessionKey,
    queryFn: async ({ signal }): Promise<Session | null> => {
      try {
        const session = await answerOf(client.GET("/api/session", { signal }));
        rememberCsrfToken(session.csrf_token);
        return session;
      } catch (error) {
        if (error instanceof ApiError && error.status === 401) return null;
        throw error;
      }
    },
    staleTime: Infinity,
  });

/** Whether one can log in by WeCom here; everybody may ask. */
export const wecomLogInQuery = () =>
  queryOptions({
    queryKey: ["wecom-log-in"],
    queryFn: ({ signal }) => answerOf(client.GET("/api/session/wecom/available", { signal })),
    staleTime: 60_000,
  });

/** Where the browser goes to log in by WeCom; it comes back logged in, or to the log-in page with the reason. */
export const wecomLogInAddress = "/api/session/wecom";

export async function openSession(credentials: {
  email: string;
  password: string;
  code: string;
}): Promise<Session> {
  const session = await answerOf(client.POST("/api/session", { body: credentials }));
  rememberCsrfToken(session.csrf_token);
  return session;
}

export async function closeSession(): Promise<void> {
  await answerOf(client.DELETE("/api/session"));
  rememberCsrfToken("");
}

/** One's own second step: whether a log-in asks for a code as well. */
export const secondStepQuery = () =>
  queryOptions({
    queryKey: ["second-step"],
    queryFn: ({ signal }) => answerOf(client.GET("/api/session/second-step", { signal })),
  });

/** What an authenticator is to be shown; nothing is asked for before `confirmSecondStep`. */
export const beginSecondStep = () => answerOf(client.POST("/api/session/second-step"));

/** Gives the recovery codes, this one time. */
export const confirmSecondStep = (code: string) =>
  answerOf(client.POST("/api/session/second-step/confirm", { body: { code } }));

export const endSecondStep = (code: string) =>
  answerOf(client.POST("/api/session/second-step/end", { body: { code } }));
