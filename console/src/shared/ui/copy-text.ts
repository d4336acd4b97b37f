import { ApiError } from "@/api/client";

/** Puts a text where it can be pasted from. Pages that are not served by https have no clipboard of their own: there, it is
 * marked in a field that nobody sees, and copied as a reader would. */
export async function copyText(text: string): Promise<void> {
  const clipboard = (navigator as { clipboard?: Clipboard }).clipboard;
  if (clipboard) {
    try {
      await clipboard.writeText(text);
      return;
    } catch {
      // not allowed here; the old way may be
    }
  }
  const field = document.createElement("textarea");
  field.value = text;
  field.setAttribute("readonly", "");
  field.style.cssText = "position:fixed;inset:0 auto auto -9999px";
  // Inside an open dialog, which keeps the focus to itself.
  const home = document.activeElement?.closest('[role="dialog"]') ?? document.body;
  const before = document.activeElement;
  home.append(field);
  field.select();
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- the only way without https
  const isCopied = document.execCommand("copy");
  field.remove();
  if (before instanceof HTMLElement) before.focus();
  if (!isCopied) throw new ApiError(400, "not_copied", "The browser does not let this page copy.", {});
}
