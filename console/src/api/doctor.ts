import { queryOptions } from "@tanstack/react-query";
import { answerOf, client } from "./client";
import type { components } from "./schema";

export type DoctorFinding = components["schemas"]["DoctorFinding"];

/** What is there, what is missing; what is worst first. Looked at anew while the page is open. */
export const doctorQuery = () =>
  queryOptions({
    queryKey: ["doctor"],
    queryFn: ({ signal }) => answerOf(client.GET("/api/doctor", { signal })),
    refetchInterval: 15_000,
  });
