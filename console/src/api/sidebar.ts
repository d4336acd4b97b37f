import { queryOptions } from "@tanstack/react-query";
import { answerOf, client } from "./client";

/** Where the browser goes to log in by WeCom from inside it; it comes back to the side bar. */
export const sideBarLogInAddress = "/api/session/wecom?is_inside=true&to=sidebar";

/** What makes WeCom trust this page; `page` is its own path and query. */
export const signPage = (page: string) =>
  answerOf(client.GET("/api/sidebar/signature", { params: { query: { page } } }));

/** Whom a chat is with, as Siyu knows them. */
export const chatCustomerQuery = (externalUserid: string) =>
  queryOptions({
    queryKey: ["chat-customer", externalUserid],
    queryFn: ({ signal }) =>
      answerOf(
        client.GET("/api/sidebar/customer", {
          params: { query: { external_userid: externalUserid } },
          signal,
        }),
      ),
    retry: false,
  });

/** Under which id WeCom keeps a file, so that the chat can send it. */
export const uploadChatFile = (fileId: number) =>
  answerOf(client.POST("/api/sidebar/files", { body: { file_id: fileId } }));

/** The same for a picture on a message that goes by hand; `place` says which of what hangs on it. */
export const uploadChatPicture = (picture: { message_id: number; customer_id: number; place: number }) =>
  answerOf(client.POST("/api/sidebar/pictures", { body: picture }));
