import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { ApiError } from "@/api/client";
import { definitionFault } from "@/api/definition-fault";
import { previewQuery } from "@/api/segments";
import type { Condition, SegmentDraft } from "@/api/types";
import { useLanguage, type Language } from "@/shared/i18n/language-context";
import { useDebounced } from "@/shared/ui/use-debounced";
import { isComplete, locate, toCondition, toTree, type Fault, type Group } from "./edit-tree";

const EDIT_PAUSE_MS = 350;

/** Where a refusal points; null when it is not about the definition. */
function faultOf(error: Error | null, root: Group, language: Language): Fault | null {
  const place = error instanceof ApiError ? definitionFault(error, language) : null;
  return place && locate(root, place.path, place.reason);
}

/** A definition in the hand: its tree, whether it differs from what is stored, and what the server thinks of it. */
export function useSegmentDraft(initialName: string, initial: Condition, initialRevision: number | null) {
  const { language } = useLanguage();
  const [name, setName] = useState(initialName);
  const [root, setRoot] = useState(() => toTree(initial));
  const [stored, setStored] = useState(() =>
    initialRevision === null ? null : { name: initialName, definition: JSON.stringify(toCondition(root)) },
  );
  // That of what was opened, not of what a colleague has saved since: so theirs is not overwritten unseen.
  const [revision, setRevision] = useState(initialRevision);
  const [refusal, setRefusal] = useState<Error | null>(null);

  const definition = useMemo(() => toCondition(root), [root]);
  const complete = isComplete(root);
  const rested = useDebounced(definition, EDIT_PAUSE_MS);
  const settled = rested === definition;
  const preview = useQuery({
    ...previewQuery(rested),
    enabled: complete && settled,
    placeholderData: keepPreviousData,
  });

  return {
    name,
    setName,
    root,
    change: (change: (before: Group) => Group) => {
      setRefusal(null);
      setRoot(change);
    },
    definition,
    complete,
    preview,
    previewStale: !settled || preview.isPlaceholderData || preview.isFetching,
    /** From saving, else from the preview of exactly what is on the screen. */
    fault:
      faultOf(refusal, root, language) ??
      (settled && complete ? faultOf(preview.error, root, language) : null),
    refuse: setRefusal,
    dirty: name !== stored?.name || JSON.stringify(definition) !== stored.definition,
    revision,
    markAnswered: (answered: number, sent: SegmentDraft | null) => {
      setRevision(answered);
      if (sent) setStored({ name: sent.name, definition: JSON.stringify(sent.definition) });
    },
  };
}
