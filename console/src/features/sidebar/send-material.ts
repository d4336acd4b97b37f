import { fillText, giveLink, newKey } from "@/api/content";
import { uploadChatFile } from "@/api/sidebar";
import type { MaterialRow } from "@/api/types";
import type { ChatMessage } from "./wecom";

/** What of a material goes into the chat: pages as a tracked link of one's own, pictures and files as they are. */
export async function messageOf(
  row: MaterialRow,
  customerId: number,
  isInChat: boolean,
): Promise<ChatMessage> {
  const { body } = row.definition;
  const link = () =>
    giveLink({ share_key: newKey(), material_id: row.material_id, customer_id: customerId, title: "" });
  const picture = (fileId: number | null | undefined) =>
    row.files.find((each) => each.file_id === fileId)?.url ?? "";
  switch (body.kind) {
    case "text":
      return {
        msgtype: "text",
        text: {
          content: body.text.includes("{{") ? (await fillText(body.text, customerId)).text : body.text,
        },
      };
    case "miniprogram":
      return {
        msgtype: "miniprogram",
        miniprogram: {
          appid: body.appid,
          title: body.title,
          page: body.page,
          imgUrl: picture(body.picture_id),
        },
      };
    case "image":
    case "file": {
      if (!isInChat) return { msgtype: "text", text: { content: (await link()).url } };
      const { media_id: mediaid } = await uploadChatFile(body.file_id);
      if (body.kind === "image") return { msgtype: "image", image: { mediaid } };
      const isFilm = row.files.some((each) => each.file_id === body.file_id && each.kind === "video");
      return isFilm ? { msgtype: "video", video: { mediaid } } : { msgtype: "file", file: { mediaid } };
    }
    default: {
      const given = await link();
      return {
        msgtype: "news",
        news: {
          link: given.url,
          title: given.title,
          desc: body.description,
          imgUrl: picture(body.picture_id),
        },
      };
    }
  }
}
