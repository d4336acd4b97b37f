import { queryOptions } from "@tanstack/react-query";
import { answerOf, client } from "./client";
import type { components } from "./schema";

export type SignOnSetup = components["schemas"]["SignOnBody"];

const PATH = "/api/session/sign-on";

/** Whether one can log in by the company's identity provider, and what it is called; everybody may ask. */
export const signOnWayQuery = () =>
  queryOptions({
    queryKey: ["sign-on-way"],
    queryFn: ({ signal }) => answerOf(client.GET("/api/session/sign-on/available", { signal })),
    staleTime: 60_000,
  });

/** Where the browser goes to log in so; it comes back to the page, or to the log-in page with the reason. */
export const signOnAddress = (to: string) => `${PATH}?to=${encodeURIComponent(to)}`;

/** How it is set up. */
export const signOnQuery = () =>
  queryOptions({
    queryKey: ["sign-on"],
    queryFn: ({ signal }) => answerOf(client.GET("/api/sign-on", { signal })),
  });

export const saveSignOn = (setup: SignOnSetup) => answerOf(client.PUT("/api/sign-on", { body: setup }));

export const checkSignOn = () => answerOf(client.POST("/api/sign-on/check"));
