import type { Attachment } from "@/api/types";

/** A message as text alone, to be pasted into a chat: its words, and the addresses of what can be opened. Pictures are saved and
 * sent by themselves. */
export const plainMessage = (
  body: string,
  linkUrl: string | null | undefined,
  attachments: readonly Attachment[],
) =>
  [body, linkUrl, ...attachments.filter(({ kind }) => kind !== "image").map(({ url }) => url)]
    .filter(Boolean)
    .join("\n");
