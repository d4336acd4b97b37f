import { useEffect, useEffectEvent } from "react";
import { layoutOf, WHEN } from "../canvas/layout";
import { stepTowards, type Direction } from "../canvas/step-towards";
import type { JourneyEdit } from "./use-journey-edit";
import type { Selection } from "./use-selection";

const ARROWS: Readonly<Record<string, Direction>> = {
  ArrowUp: "up",
  ArrowDown: "down",
  ArrowLeft: "left",
  ArrowRight: "right",
};

/** Whether the keys pressed are meant for what is typed into, or for a menu that is open. */
const isElsewhere = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
  target.closest("input, textarea, select, [contenteditable], [role=menu], [role=listbox], [role=dialog]") !==
    null;

/** A key press, of React's or of the document's. */
type Pressed = Pick<
  KeyboardEvent,
  "key" | "target" | "altKey" | "ctrlKey" | "metaKey" | "shiftKey" | "preventDefault"
>;

interface Keys {
  edit: JourneyEdit;
  selection: Selection;
  /** Puts the keyboard into the form of what is chosen. */
  onOpen: () => void;
  onCopied: (count: number) => void;
}

function withControl(
  key: string,
  isShifted: boolean,
  { edit, selection, onCopied }: Keys,
): (() => void) | null {
  switch (key) {
    case "z":
      return isShifted ? edit.forth : edit.back;
    case "y":
      return edit.forth;
    case "a":
      return selection.all;
    case "d":
      return selection.duplicate;
    case "c":
      // Words that are marked are meant before nodes.
      return window.getSelection()?.toString() ? null : () => onCopied(selection.copy());
    case "v":
      return selection.paste;
    default:
      return null;
  }
}

function alone(key: string, { edit, selection, onOpen }: Keys): (() => void) | null {
  const direction = ARROWS[key];
  if (direction) {
    return () => {
      const from = [...selection.selected].at(-1);
      const next = from === undefined ? WHEN : stepTowards(layoutOf(edit.document).places, from, direction);
      if (next) selection.choose([next]);
    };
  }
  if (key === "Delete" || key === "Backspace") return selection.remove;
  if (key === "Escape") return selection.clear;
  if (key === "Enter" && selection.selected.size === 1) return onOpen;
  return null;
}

/** What a key does in the editor; typing, menus and dialogs keep theirs. */
export function onEditorKey(event: Pressed, keys: Keys) {
  if (isElsewhere(event.target) || event.altKey) return;
  const act =
    event.ctrlKey || event.metaKey
      ? withControl(event.key.toLowerCase(), event.shiftKey, keys)
      : alone(event.key, keys);
  // A button that has the keyboard and is not the node chosen is pressed by Enter.
  const isPressing =
    event.key === "Enter" &&
    event.target instanceof HTMLElement &&
    event.target.matches("button, a") &&
    event.target.getAttribute("aria-pressed") !== "true";
  if (!act || isPressing) return;
  event.preventDefault();
  act();
}

/** Keys pressed while nothing has the keyboard, as after the node that had it was taken away. */
export function useKeysOfNobody(onKey: (event: KeyboardEvent) => void) {
  const act = useEffectEvent(onKey);
  useEffect(() => {
    const heard = (event: KeyboardEvent) => {
      if (event.target === document.body) act(event);
    };
    document.addEventListener("keydown", heard);
    return () => document.removeEventListener("keydown", heard);
  }, []);
}
