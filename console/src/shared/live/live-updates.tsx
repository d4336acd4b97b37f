import { useQueryClient, type QueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { livePath, questionsOf, setHearing } from "@/api/live";
import { sessionKey } from "@/api/session";

/** How long a window that nobody looks at goes on listening: browsers open few connections, and windows are many. */
const HIDDEN_MS = 30_000;
const AGAIN_MS_MIN = 2_000;
const AGAIN_MS_MAX = 60_000;

function topicsIn(data: unknown): string[] {
  const told: unknown = JSON.parse(String(data));
  const topics = typeof told === "object" && told !== null && "topics" in told ? told.topics : [];
  return Array.isArray(topics) ? topics.filter((topic) => typeof topic === "string") : [];
}

/** Asks again what a page shows of these topics. */
function askAgain(queryClient: QueryClient, topics: readonly string[]) {
  const keys = new Map(
    topics.flatMap((topic) => questionsOf[topic] ?? []).map((key) => [JSON.stringify(key), key] as const),
  );
  for (const queryKey of keys.values()) void queryClient.invalidateQueries({ queryKey });
}

/** Listens for changes while the window is looked at; ends when told to. */
function follow(queryClient: QueryClient): () => void {
  let source: EventSource | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;
  /** Something may have changed while nobody listened. */
  let mayHaveMissed = false;

  const leave = () => {
    clearTimeout(timer);
    source?.close();
    source = null;
    setHearing(false);
    mayHaveMissed = true;
  };

  const tryLater = () => {
    leave();
    const wait = Math.min(AGAIN_MS_MIN * 2 ** failures, AGAIN_MS_MAX);
    failures += 1;
    // Not all windows at once, where the server comes back after a while.
    timer = setTimeout(connect, wait * (0.75 + Math.random() / 2));
  };

  function connect() {
    const opened = new EventSource(livePath);
    source = opened;
    opened.addEventListener("ready", () => {
      failures = 0;
      setHearing(true);
      if (mayHaveMissed) askAgain(queryClient, Object.keys(questionsOf));
      mayHaveMissed = false;
    });
    opened.addEventListener("changed", ({ data }) => askAgain(queryClient, topicsIn(data)));
    // The session ended: who is logged in is asked again, which leads to the log-in page.
    opened.addEventListener("over", () => {
      tryLater();
      void queryClient.invalidateQueries({ queryKey: sessionKey });
    });
    opened.addEventListener("error", () => {
      // The browser tries again by itself, unless it was refused.
      if (opened.readyState === EventSource.CLOSED) tryLater();
      else {
        setHearing(false);
        mayHaveMissed = true;
      }
    });
  }

  const look = () => {
    clearTimeout(timer);
    if (document.visibilityState === "hidden") timer = setTimeout(leave, HIDDEN_MS);
    else if (!source) connect();
  };
  look();
  document.addEventListener("visibilitychange", look);
  return () => {
    document.removeEventListener("visibilitychange", look);
    leave();
  };
}

/** Keeps what pages show up to date, as the server tells of changes. */
export function LiveUpdates() {
  const queryClient = useQueryClient();
  useEffect(() => ("EventSource" in globalThis ? follow(queryClient) : undefined), [queryClient]);
  return null;
}
