const KEPT = "siyu.reloaded-at";
const PAUSE = 60_000;

/** How browsers say that a page's script is not there (Chromium, Firefox, Safari). */
const GONE = /dynamically imported module|Importing a module script failed/;

/**
 * Loads the page anew, and says so, if `error` is a script that is gone: a newer Siyu is served since this window was opened.
 * Not twice within a minute: a script that is still not there then is another trouble, which has to be seen.
 */
export function reloadsForNewVersion(
  error: unknown,
  kept: Pick<Storage, "getItem" | "setItem">,
  reload: () => void,
  now: number,
): boolean {
  if (!(error instanceof TypeError) || !GONE.test(error.message)) return false;
  if (now - Number(kept.getItem(KEPT) ?? 0) < PAUSE) return false;
  kept.setItem(KEPT, String(now));
  reload();
  return true;
}
