import { uploadChatPicture } from "@/api/sidebar";
import type { Attachment, HandTask } from "@/api/types";
import type { ChatMessage } from "./wecom";

async function attached(task: HandTask, attachment: Attachment, place: number): Promise<ChatMessage> {
  const { kind, url, title, description } = attachment;
  if (kind === "image") {
    const { media_id: mediaid } = await uploadChatPicture({
      message_id: task.message_id,
      customer_id: task.customer_id,
      place,
    });
    return { msgtype: "image", image: { mediaid } };
  }
  if (kind === "miniprogram") {
    const { appid, page } = attachment;
    return {
      msgtype: "miniprogram",
      miniprogram: { appid: appid ?? "", title: title ?? "", page: page ?? "", imgUrl: "" },
    };
  }
  if (!url) return { msgtype: "file", file: { mediaid: attachment.media_id ?? "" } };
  // A file that lies elsewhere is led to, as in a mass task.
  return { msgtype: "news", news: { link: url, title: title ?? url, desc: description ?? "", imgUrl: "" } };
}

/** The messages in which one that goes by hand is sent into a chat: its words, then each thing that hangs on it. */
export const messagesOf = (task: HandTask): (() => Promise<ChatMessage>)[] => {
  const content = [task.body, task.link_url].filter(Boolean).join("\n");
  return [
    () => Promise.resolve({ msgtype: "text", text: { content } }),
    ...task.attachments.map((each, place) => () => attached(task, each, place)),
  ];
};
