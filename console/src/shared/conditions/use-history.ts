import { useReducer } from "react";

/** Changes of one thing that follow each other this fast are one step back. */
const TOGETHER_MS = 1_200;
const STEPS_MAX = 100;

interface History<T> {
  past: readonly T[];
  present: T;
  future: readonly T[];
  /** What the last change was of, and when it was. */
  last: { of: string; at: number } | null;
}

type Move<T> =
  { kind: "change"; change: (before: T) => T; of: string | null; at: number } | { kind: "back" | "forth" };

export function step<T>(history: History<T>, move: Move<T>): History<T> {
  const { past, present, future, last } = history;
  switch (move.kind) {
    case "change": {
      const next = move.change(present);
      if (next === present) return history;
      const together = move.of !== null && last?.of === move.of && move.at - last.at < TOGETHER_MS;
      return {
        past: together ? past : [...past, present].slice(-STEPS_MAX),
        present: next,
        future: [],
        last: move.of === null ? null : { of: move.of, at: move.at },
      };
    }
    case "back": {
      const before = past.at(-1);
      if (before === undefined) return history;
      return { past: past.slice(0, -1), present: before, future: [present, ...future], last: null };
    }
    case "forth": {
      const [next, ...rest] = future;
      if (next === undefined) return history;
      return { past: [...past, present], present: next, future: rest, last: null };
    }
  }
}

export const startHistory = <T>(present: T): History<T> => ({ past: [], present, future: [], last: null });

/** Something that is edited, with the way back and forth. `of` names what a change is of: quick changes of it are one. */
export function useHistory<T>(start: () => T) {
  const [history, move] = useReducer(step<T>, null, () => startHistory(start()));
  return {
    present: history.present,
    change: (change: (before: T) => T, of: string | null = null) =>
      move({ kind: "change", change, of, at: Date.now() }),
    back: history.past.length > 0 ? () => move({ kind: "back" }) : null,
    forth: history.future.length > 0 ? () => move({ kind: "forth" }) : null,
  };
}
