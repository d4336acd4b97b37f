import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { ApiError } from "@/api/client";
import { previewQuery } from "@/api/segments";
import type { Condition } from "@/api/types";
import { useDebounced } from "@/shared/ui/use-debounced";
import { isComplete, locate, toCondition, toTree, type Fault, type Group } from "./edit-tree";

const EDIT_PAUSE_MS = 350;

/** Where a refusal points; null when it is not about the definition. */
function faultOf(error: Error | null, root: Group): Fault | null {
  if (!(error instanceof ApiError) || error.code !== "invalid_definition") return null;
  const { path, reason } = error.fields;
  return locate(
    root,
    typeof path === "string" ? path : "",
    typeof reason === "string" ? reason : error.message,
  );
}

/** A definition in the hand: its tree, whether it differs from what is stored, and what the server thinks of it. */
export function useSegmentDraft(initialName: string, initial: Condition, isNew: boolean) {
  const [name, setName] = useState(initialName);
  const [root, setRoot] = useState(() => toTree(initial));
  const [stored, setStored] = useState(() =>
    isNew ? null : { name: initialName, definition: JSON.stringify(toCondition(root)) },
  );
  const [refusal, setRefusal] = useState<Error | null>(null);

  const definition = useMemo(() => toCondition(root), [root]);
  const complete = isComplete(root);
  const rested = useDebounced(definition, EDIT_PAUSE_MS);
  const preview = useQuery({ ...previewQuery(rested), enabled: complete, placeholderData: keepPreviousData });
  const settled = rested === definition;

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
    fault: faultOf(refusal, root) ?? (settled && complete ? faultOf(preview.error, root) : null),
    refuse: setRefusal,
    dirty: !stored || name !== stored.name || JSON.stringify(definition) !== stored.definition,
    markStored: () => setStored({ name, definition: JSON.stringify(definition) }),
  };
}
