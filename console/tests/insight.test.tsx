import { screen } from "@testing-library/react";
import { expect, it } from "vitest";
import type { InsightAnswer, Question } from "@/api/types";
import { lifeScale } from "@/features/insight/life-scale";
import { isSame } from "@/features/insight/question";
import { aSession, someVocabulary } from "./support/examples";
import { fakeServer } from "./support/fake-server";
import { renderApp } from "./support/render-app";

/** As the page writes it into the address. */
const asked: Question = {
  kind: "lifecycle",
  period: { kind: "last", amount: 12, unit: "week" },
  events: [],
  grain: "week",
};
/** As the server spells the same. */
const kept: Question = {
  period: { amount: 12, unit: "week", kind: "last" },
  events: [],
  grain: "week",
  segment_id: null,
  kind: "lifecycle",
};

type Period = NonNullable<InsightAnswer["lifecycle"]>["periods"][number];

const aPeriod = (change: Partial<Period>): Period => ({
  starts_on: "2026-05-18",
  active: 40,
  new: 10,
  returning: 25,
  resurrecting: 5,
  dormant: 30,
  is_open: false,
  ...change,
});

const periods = [aPeriod({}), aPeriod({ starts_on: "2026-05-25", active: 12, dormant: 900, is_open: true })];

it("two questions are the same however they are spelled, and others where one thing is otherwise", () => {
  expect(isSame(asked, kept)).toBe(true);
  expect(isSame(asked, { ...kept, segment_id: 3 })).toBe(false);
  expect(isSame(asked, { ...kept, period: { kind: "last", amount: 12, unit: "day" } })).toBe(false);
});

it("who may still come back stretches no scale", () => {
  expect(lifeScale(periods)).toEqual({ most: 40, least: 30, ticks: [40, 30, 20, 10, 0, -10, -20, -30] });
  expect(lifeScale([aPeriod({ active: 57, dormant: 45 })]).ticks).toEqual([40, 20, 0, -20, -40]);
  expect(lifeScale([])).toEqual({ most: 1, least: 0, ticks: [1, 0] });
});

it("a saved question is known again from its address and can be deleted; what is not over is told", async () => {
  const nothing = { funnel: null, retention: null, paths: null, stickiness: null };
  fakeServer({
    "GET /api/session": () => aSession(),
    "GET /api/segments/vocabulary": () => someVocabulary,
    "GET /api/questions": () => ({
      rows: [
        { question_id: 9, name: "每周活跃", revision: 1, question: kept, updated_at: "2026-05-30T00:00:00Z" },
      ],
      next_after: null,
    }),
    "POST /api/insight/ask": () => ({
      ...nothing,
      completion: null,
      sends: null,
      attribution: null,
      as_of: "2026-05-30T00:00:00Z",
      lifecycle: { periods },
    }),
  });
  renderApp(`/insight/lifecycle?q=${encodeURIComponent(JSON.stringify(asked))}`);
  expect(await screen.findByRole("button", { name: /^删\s?除$/ })).toBeTruthy();
  expect(await screen.findByText("未结束")).toBeTruthy();
});
