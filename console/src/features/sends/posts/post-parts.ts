import type { PostDefinition } from "@/api/types";

export type Kind = PostDefinition["kind"];
export type Content = PostDefinition["content"];

/** What people read of it: in moments a link stands below the words. */
export const asRead = (kind: Kind, content: Content): Content =>
  kind === "moment" && content.link_url
    ? { ...content, body: `${content.body}\n${content.link_url}`.trim(), link_url: null }
    : content;
