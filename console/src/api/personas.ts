import { queryOptions } from "@tanstack/react-query";
import { answerOf, client } from "./client";
import type { PersonaAccountDraft, PersonaDraft } from "./types";

const of = (personaId: number) => ({ params: { path: { persona_id: personaId } } });
const ofAccount = (personaId: number, accountId: number) => ({
  params: { path: { persona_id: personaId, account_id: accountId } },
});

export const personaListQuery = (archived: boolean) =>
  queryOptions({
    queryKey: ["personas", archived],
    queryFn: ({ signal }) =>
      answerOf(client.GET("/api/personas", { params: { query: { archived } }, signal })),
  });

export const personaQuery = (personaId: number) =>
  queryOptions({
    queryKey: ["persona", personaId],
    queryFn: ({ signal }) => answerOf(client.GET("/api/personas/{persona_id}", { ...of(personaId), signal })),
  });

/** Saves what is said of a persona, of a new one or one that there is. */
export const savePersona = (personaId: number | null, draft: PersonaDraft) =>
  answerOf(
    personaId === null
      ? client.POST("/api/personas", { body: draft })
      : client.PUT("/api/personas/{persona_id}", { ...of(personaId), body: draft }),
  );

export const archivePersona = (personaId: number, isArchived: boolean) =>
  answerOf(
    isArchived
      ? client.POST("/api/personas/{persona_id}/archive", of(personaId))
      : client.POST("/api/personas/{persona_id}/restore", of(personaId)),
  );

export const addPersonaAccount = (personaId: number, draft: PersonaAccountDraft) =>
  answerOf(client.POST("/api/personas/{persona_id}/accounts", { ...of(personaId), body: draft }));

export const removePersonaAccount = (personaId: number, accountId: number) =>
  answerOf(
    client.DELETE("/api/personas/{persona_id}/accounts/{account_id}", ofAccount(personaId, accountId)),
  );

export const dressPersonaAccount = (personaId: number, accountId: number, item: string, isDone: boolean) =>
  answerOf(
    client.PUT("/api/personas/{persona_id}/accounts/{account_id}/dressing", {
      ...ofAccount(personaId, accountId),
      body: { item, is_done: isDone },
    }),
  );

export const notePersonaComplaint = (personaId: number, accountId: number, complainedOn: string) =>
  answerOf(
    client.POST("/api/personas/{persona_id}/accounts/{account_id}/complaints", {
      ...ofAccount(personaId, accountId),
      body: { complained_on: complainedOn },
    }),
  );
