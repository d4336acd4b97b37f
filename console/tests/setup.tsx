import { cleanup, configure } from "@testing-library/react";
import { afterEach, beforeEach, vi } from "vitest";

// jsdom has no canvas; here as well, since the files of a run share their modules.
vi.mock("@/shared/charts/chart-drawing", () => ({
  ChartDrawing: ({ label }: { label: string }) => <div role="img" aria-label={label} />,
}));

// What a browser has and jsdom has not; no stubs, which a test that takes its own back would take along.
Object.assign(window, {
  ResizeObserver: class {
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
  matchMedia: (query: string) => ({
    matches: false,
    media: query,
    addEventListener: () => undefined,
    removeEventListener: () => undefined,
  }),
});
window.scrollTo = () => undefined;
Element.prototype.scrollIntoView = () => undefined;

// Pages are fetched when first shown; on a busy machine that takes more than the usual second.
configure({ asyncUtilTimeout: 8_000 });

beforeEach(() => {
  localStorage.clear();
});

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});
