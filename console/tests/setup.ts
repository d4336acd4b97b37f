import { cleanup, configure } from "@testing-library/react";
import { afterEach, beforeEach, vi } from "vitest";

// What a browser has and jsdom has not.
vi.stubGlobal(
  "ResizeObserver",
  class {
    observe() {
      /* nothing is ever resized here */
    }
    unobserve() {
      /* likewise */
    }
    disconnect() {
      /* likewise */
    }
  },
);
vi.stubGlobal("matchMedia", (query: string) => ({
  matches: false,
  media: query,
  addEventListener: () => undefined,
  removeEventListener: () => undefined,
}));
window.scrollTo = () => undefined;

// Pages are fetched when first shown; on a busy machine that takes more than the usual second.
configure({ asyncUtilTimeout: 8_000 });

beforeEach(() => {
  localStorage.clear();
});

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});
