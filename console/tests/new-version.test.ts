import { describe, expect, it, vi } from "vitest";
import { reloadsForNewVersion } from "@/app/new-version";

const gone = new TypeError("Failed to fetch dynamically imported module: /assets/home-page-a.js");

describe("a window that is older than what is served", () => {
  it("is loaded anew when a page's script is gone, once a minute", () => {
    sessionStorage.clear();
    const reload = vi.fn();
    const begun = 1_790_000_000_000;
    expect(reloadsForNewVersion(gone, sessionStorage, reload, begun)).toBe(true);
    expect(reloadsForNewVersion(gone, sessionStorage, reload, begun + 59_000)).toBe(false);
    expect(reloadsForNewVersion(gone, sessionStorage, reload, begun + 61_000)).toBe(true);
    expect(reload).toHaveBeenCalledTimes(2);
  });

  it("stays as it is when a page fails for another reason", () => {
    sessionStorage.clear();
    const reload = vi.fn();
    expect(reloadsForNewVersion(new TypeError("x is undefined"), sessionStorage, reload, 1e12)).toBe(false);
    expect(reloadsForNewVersion("no connection", sessionStorage, reload, 1e12)).toBe(false);
    expect(reload).not.toHaveBeenCalled();
  });
});
