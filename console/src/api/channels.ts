import { queryOptions } from "@tanstack/react-query";
import { answerOf, client } from "./client";
import type { ChannelConnection, ConnectionDraft, SceneCodeDraft } from "./types";

type Which = Pick<ChannelConnection, "kind" | "account">;

const pathOf = ({ kind, account }: Which) => ({ params: { path: { kind, account } } });
const ofAccount = (account: string) => ({ params: { path: { account } } });

export const channelsQuery = () =>
  queryOptions({
    queryKey: ["channels"],
    queryFn: ({ signal }) => answerOf(client.GET("/api/channels", { signal })),
  });

export const saveConnection = (which: Which, draft: ConnectionDraft) =>
  answerOf(client.PUT("/api/channels/{kind}/{account}", { ...pathOf(which), body: draft }));

export const checkConnection = (which: Which) =>
  answerOf(client.POST("/api/channels/{kind}/{account}/check", pathOf(which)));

export const sceneCodesQuery = (account: string) =>
  queryOptions({
    queryKey: ["scene-codes", account],
    queryFn: ({ signal }) =>
      answerOf(
        client.GET("/api/channels/official_account/{account}/codes", { ...ofAccount(account), signal }),
      ),
  });

export const makeSceneCode = (account: string, draft: SceneCodeDraft) =>
  answerOf(
    client.POST("/api/channels/official_account/{account}/codes", { ...ofAccount(account), body: draft }),
  );

export const accountMenuQuery = (account: string) =>
  queryOptions({
    queryKey: ["account-menu", account],
    queryFn: ({ signal }) =>
      answerOf(
        client.GET("/api/channels/official_account/{account}/menu", { ...ofAccount(account), signal }),
      ),
  });

export const publishAccountMenu = (account: string, buttons: Record<string, unknown>[]) =>
  answerOf(
    client.PUT("/api/channels/official_account/{account}/menu", { ...ofAccount(account), body: { buttons } }),
  );
