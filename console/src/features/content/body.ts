import type { MaterialBody, MaterialKind } from "@/api/types";

/** What stands in the editor: the fields of every kind, so that changing the kind loses nothing that both have. */
export interface DraftBody {
  kind: MaterialKind;
  text: string;
  url: string;
  title: string;
  description: string;
  appid: string;
  page: string;
  file_id: number | null;
  picture_id: number | null;
}

export const newBody = (kind: MaterialKind): DraftBody => ({
  kind,
  text: "",
  url: "",
  title: "",
  description: "",
  appid: "",
  page: "",
  file_id: null,
  picture_id: null,
});

/** Whether all that its kind needs is there. */
export function isWhole(body: DraftBody): boolean {
  switch (body.kind) {
    case "text":
      return body.text.trim() !== "";
    case "image":
    case "file":
      return body.file_id !== null;
    case "link":
      return body.url.trim() !== "" && body.title.trim() !== "";
    case "miniprogram":
      return [body.appid, body.page, body.title].every((each) => each.trim() !== "");
    case "article":
      return body.title.trim() !== "" && body.text.trim() !== "";
  }
}

/** The body of the document: the fields of its kind alone. */
export function bodyOf(body: DraftBody): MaterialBody {
  const { title, description, picture_id } = body;
  switch (body.kind) {
    case "text":
      return { kind: "text", text: body.text };
    case "image":
      return { kind: "image", file_id: body.file_id ?? 0 };
    case "file":
      return { kind: "file", file_id: body.file_id ?? 0 };
    case "link":
      return { kind: "link", url: body.url.trim(), title, description, picture_id };
    case "miniprogram":
      return { kind: "miniprogram", appid: body.appid.trim(), page: body.page.trim(), title, picture_id };
    case "article":
      return { kind: "article", title, text: body.text, description, picture_id };
  }
}
