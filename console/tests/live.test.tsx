import { act, screen, waitFor } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { paced, questionsOf } from "@/api/live";
import { metricPagesQuery } from "@/api/metrics";
import * as sources from "@/api/sources";
import { aSession } from "./support/examples";
import { fakeServer, Refusal } from "./support/fake-server";
import { renderApp } from "./support/render-app";

/** Stands in for the browser's own, which jsdom has not. */
class FakeSource extends EventTarget {
  static readonly CLOSED = 2;
  static all: FakeSource[] = [];
  readyState = 1;
  constructor(readonly url: string) {
    super();
    FakeSource.all.push(this);
  }
  tell(name: string, data: unknown = {}) {
    act(() => void this.dispatchEvent(new MessageEvent(name, { data: JSON.stringify(data) })));
  }
  close() {
    this.readyState = FakeSource.CLOSED;
  }
}

const newest = () => {
  const source = FakeSource.all.at(-1);
  if (!source) throw new Error("nobody listens");
  return source;
};

describe("live updates", () => {
  beforeEach(() => {
    FakeSource.all = [];
    vi.stubGlobal("EventSource", FakeSource);
  });
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });

  it("asks again for what a page shows when its topic has changed, and for nothing else", async () => {
    let isOut = false;
    const server = fakeServer({
      "GET /api/session": () => (isOut ? new Refusal(401, "unauthenticated") : aSession()),
      "GET /api/setup": () => ({ is_open: false }),
      "GET /api/session/wecom/available": () => ({ is_there: false, corps: [] }),
      "GET /api/doctor": () => ({ rows: [] }),
    });
    const { router } = renderApp("/settings/doctor");
    await waitFor(() => expect(FakeSource.all).toHaveLength(1));
    const looks = () => server.asked.filter(({ path }) => path === "/api/doctor").length;
    await waitFor(() => expect(looks()).toBe(1));
    expect(newest().url).toBe("/api/live");
    expect(paced(1000)).toBe(1000);
    newest().tell("ready");
    expect(paced(1000)).toBe(15_000);
    newest().tell("changed", { topics: ["imports", "of another release"] });
    newest().tell("changed", { topics: ["connections", "imports"] });
    await waitFor(() => expect(looks()).toBe(2));

    isOut = true;
    newest().tell("over");
    await waitFor(() => expect(router.state.location.pathname).toBe("/login"));
    await screen.findByRole("heading", { name: "登录" });
    expect(paced(1000)).toBe(1000);
  });

  it("comes back by itself, ever more slowly, and asks for what it may have missed", async () => {
    const server = fakeServer({
      "GET /api/session": () => aSession(),
      "GET /api/doctor": () => ({ rows: [] }),
    });
    renderApp("/settings/doctor");
    const looks = () => server.asked.filter(({ path }) => path === "/api/doctor").length;
    await waitFor(() => expect(looks()).toBe(1));
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    newest().tell("ready");
    for (const tries of [2, 3]) {
      newest().close();
      newest().tell("error");
      expect(paced(1000)).toBe(1000);
      act(() => void vi.advanceTimersByTime(tries * 3000));
      expect(FakeSource.all).toHaveLength(tries);
    }
    vi.useRealTimers();
    newest().tell("ready");
    await waitFor(() => expect(looks()).toBe(2));
  });

  it("reaches every list that something is chosen from, and the list of metrics", () => {
    const told = Object.values(questionsOf).flatMap((keys) => keys ?? []);
    const lists = Object.entries(sources).flatMap(([name, source]) =>
      "key" in source ? [[name, source.key] as const] : [],
    );
    const deaf = [...lists, ["metricPagesQuery", metricPagesQuery("").queryKey] as const].filter(
      ([, key]) => !told.some((begin) => begin.every((part, place) => part === key[place])),
    );
    expect(deaf.map(([name]) => name)).toEqual([]);
  });
});
