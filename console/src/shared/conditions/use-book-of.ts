import { useMemo } from "react";
import type { SegmentVocabulary } from "@/api/types";
import type { Book } from "./book";

/** What the server knows of names, as the builder asks for it; undefined while it is on its way. */
export function useBookOf(vocabulary: SegmentVocabulary | undefined): Book | undefined {
  return useMemo(
    () =>
      vocabulary && {
        attributes: vocabulary.attributes,
        events: vocabulary.events,
        entryChannels: vocabulary.entry_channels,
        identityKinds: vocabulary.identity_kinds,
        purposes: vocabulary.purposes.map(({ purpose: name, by_channel: byChannel, channels }) => ({
          name,
          byChannel,
          channels,
        })),
      },
    [vocabulary],
  );
}
