import type { Attachment, MaterialRow } from "@/api/types";

/** What of a material hangs on a message: a picture or file by its address, a card as it is. Null for what cannot hang on one. */
export function attachmentOf(row: MaterialRow): Attachment | null {
  const { body } = row.definition;
  const address = (fileId: number) => row.files.find((each) => each.file_id === fileId)?.url ?? null;
  switch (body.kind) {
    case "image":
      return { kind: "image", url: address(body.file_id) };
    case "file":
      return { kind: "file", url: address(body.file_id), title: row.name };
    case "link":
      return { kind: "link", url: body.url, title: body.title, description: body.description || null };
    case "miniprogram":
      return { kind: "miniprogram", appid: body.appid, page: body.page, title: body.title };
    default:
      return null;
  }
}
