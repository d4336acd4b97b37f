import { useState } from "react";
import type { JourneyDocument, NodeKind } from "@/api/journey-document";
import { useTexts } from "@/shared/i18n/texts";
import { WHEN } from "../canvas/layout";
import { formTexts } from "../forms/form-texts";
import {
  connected,
  copied,
  duplicated,
  inserted,
  NODES_MAX,
  pasted,
  placed,
  removed,
  spotAfter,
  type Fragment,
  type Spot,
} from "../journey-draft";
import { newNode } from "../node-kinds";
import type { JourneyEdit } from "./use-journey-edit";

const STORAGE = "siyu.journey-nodes";

/** What was copied, also in another window or journey. */
function storedFragment(): Fragment {
  try {
    return JSON.parse(localStorage.getItem(STORAGE) ?? "[]") as Fragment;
  } catch {
    return [];
  }
}

/** What is chosen, and all that can be done with it; from the canvas, the list, and the keys alike. */
export function useSelection(edit: JourneyEdit) {
  const words = useTexts(formTexts);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [focus, setFocus] = useState<{ key: string; time: number } | null>(null);
  const { document } = edit;
  const keys = document.nodes.map(({ key }) => key).filter((key) => selected.has(key));
  const isFull = document.nodes.length >= NODES_MAX;
  const making = { way: words.wayNamed, arm: words.armNamed };

  const choose = (chosen: readonly string[], isFocused = true) => {
    setSelected(new Set(chosen));
    const [first] = chosen;
    if (isFocused && first !== undefined) setFocus({ key: first, time: Date.now() });
  };
  const apply = (made: { document: JourneyDocument; keys: readonly string[] }) => {
    if (made.keys.length === 0) return;
    edit.change(() => made.document);
    choose(made.keys);
  };
  const insert = (spot: Spot, kind: NodeKind) => {
    if (isFull) return;
    const { document: grown, key } = inserted(document, spot, kind, newNode(kind, making));
    apply({ document: grown, keys: [key] });
  };
  return {
    selected,
    keys,
    focus,
    isFull,
    setSelected,
    choose,
    insert,
    /** Behind what is chosen, or at the end of the line. */
    add: (kind: NodeKind) => insert(spotAfter(document, keys.at(-1) ?? null), kind),
    place: (kind: NodeKind, at: [number, number]) => {
      if (isFull) return;
      const { document: grown, key } = placed(document, at, kind, newNode(kind, making));
      apply({ document: grown, keys: [key] });
    },
    disconnect: (spot: Spot) => edit.change((before) => connected(before, spot, null)),
    remove: () => {
      if (keys.length === 0) return;
      edit.change((before) => removed(before, keys));
      setSelected(new Set());
    },
    duplicate: () => apply(duplicated(document, keys)),
    copy: () => {
      if (keys.length > 0) localStorage.setItem(STORAGE, JSON.stringify(copied(document, keys)));
      return keys.length;
    },
    paste: () => apply(pasted(document, spotAfter(document, keys.at(-1) ?? null), storedFragment())),
    all: () => choose(document.nodes.map(({ key }) => key)),
    clear: () => setSelected(new Set()),
    settings: () => choose([WHEN]),
  };
}

export type Selection = ReturnType<typeof useSelection>;
