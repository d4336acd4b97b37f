import { useEffect, useState } from "react";

/** How long somebody who types stops before what they look for is asked for. */
export const TYPING_PAUSE_MS = 250;

/** `value`, once it has rested for `milliseconds`. */
export function useDebounced<T>(value: T, milliseconds: number): T {
  const [rested, setRested] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setRested(value), milliseconds);
    return () => clearTimeout(timer);
  }, [value, milliseconds]);
  return rested;
}
