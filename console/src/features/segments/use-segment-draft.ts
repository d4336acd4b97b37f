import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { ApiError } from "@/api/client";
import { definitionFault } from "@/api/definition-fault";
import { previewQuery } from "@/api/segments";
import type { Condition, SegmentDraft } from "@/api/types";
import { locate, toCondition, toTree, type Fault, type Group } from "@/shared/conditions/edit-tree";
import { isComplete } from "@/shared/conditions/filled";
import { useHistory } from "@/shared/conditions/use-history";
import { useLanguage, type Language } from "@/shared/i18n/language-context";
import { useDebounced } from "@/shared/ui/use-debounced";

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
  const { present: root, change, back, forth } = useHistory(() => toTree(initial));
  const [stored, setStored] = useState(() =>
    initialRevision === null ? null : { name: initialName, definition: JSON.stringify(toCondition(root)) },
  );
  // That of what was opened, not of what a colleague has saved since: so theirs is not overwritten unseen.
  const [revision, setRevision] = useState(initialRevision);
  const [refusal, setRefusal] = useState<{ error: Error; of: Group } | null>(null);

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
    change,
    back,
    forth,
    definition,
    complete,
    preview,
    previewStale: !settled || preview.isPlaceholderData || preview.isFetching,
    /** From saving exactly this, else from the preview of exactly what is on the screen. */
    fault:
      (refusal?.of === root ? faultOf(refusal.error, root, language) : null) ??
      (settled && complete ? faultOf(preview.error, root, language) : null),
    refuse: (error: Error) => setRefusal({ error, of: root }),
    dirty: name !== stored?.name || JSON.stringify(definition) !== stored.definition,
    revision,
    markAnswered: (answered: number, sent: SegmentDraft | null) => {
      setRevision(answered);
      if (sent) setStored({ name: sent.name, definition: JSON.stringify(sent.definition) });
    },
  };
}
