import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import { makeQueryClient, Providers } from "@/app/providers";
import type { MetricRow, MetricRule } from "@/api/types";
import { RuleRows, RulesPanel, useRules } from "@/features/metrics/rules-panel";
import { rights } from "@/shared/session/rights";
import { SessionContext } from "@/shared/session/session-context";
import { aSession } from "./support/examples";
import { fakeServer } from "./support/fake-server";

const aMetric = { metric_id: 1, definition: { unit: "count" } } as MetricRow;

const aRule = (changes: Partial<MetricRule> = {}): MetricRule => ({
  rule_id: 3,
  metric_id: 1,
  grain: "day",
  trigger: "fell",
  threshold: 20,
  dimension: "",
  member: "",
  is_active: true,
  post_url: "",
  created_at: "2026-01-01T00:00:00Z",
  ...changes,
});

it("calls a rule by its metric, however many there are, and reads its threshold in the metric's unit", async () => {
  const server = fakeServer({
    "GET /api/metrics": () => ({
      rows: [{ metric_id: 900, definition: { zh: "成交额", unit: "money_fen" } }],
      next_after: null,
    }),
  });
  function Rows() {
    const rules = useRules();
    const rule = aRule({ metric_id: 900, trigger: "below", threshold: 300_000 });
    return <RuleRows rows={[rule]} rules={rules} unitOf={() => undefined} withMetric />;
  }
  render(
    <Providers queryClient={makeQueryClient()}>
      <SessionContext value={aSession()}>
        <Rows />
      </SessionContext>
    </Providers>,
  );
  await screen.findByText("天 · 成交额");
  expect(screen.getByRole("spinbutton", { name: "数值" })).toHaveProperty("value", "3000");
  expect(server.asked.map(({ query }) => query.getAll("ids"))).toEqual([["900"]]);
});

it("keeps what is typed into a rule while an earlier change is on its way", async () => {
  let rule = aRule();
  let arrive = (): void => undefined;
  const arrived = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  const server = fakeServer({
    "GET /api/metric-alerts/rules": () => ({ rows: [rule] }),
    "PUT /api/metric-alerts/rules/3": async ({ body }) => {
      await arrived;
      rule = { ...rule, ...(body as Partial<MetricRule>) };
      return rule;
    },
  });
  render(
    <Providers queryClient={makeQueryClient()}>
      <SessionContext value={aSession({ rights: [rights.publishMetrics] })}>
        <RulesPanel metric={aMetric} grain="day" />
      </SessionContext>
    </Providers>,
  );
  const user = userEvent.setup();
  const named = { name: "数值" };
  const field = () => screen.getByRole<HTMLInputElement>("spinbutton", named);
  const asked = (method: string) => server.asked.filter((each) => each.method === method);
  const first = await screen.findByRole("spinbutton", named);
  await user.clear(first);
  await user.type(first, "35");
  await user.tab();
  await waitFor(() => expect(field()).not.toBe(first)); // it holds what is on its way
  await user.type(field(), "0");
  arrive();
  await waitFor(() => expect(asked("GET")).toHaveLength(2));
  await waitFor(() => expect(field().value).toBe("350"));
  await user.tab();
  await waitFor(() => expect(asked("PUT")).toHaveLength(2));
  expect(server.bodiesOf("PUT /api/metric-alerts/rules/3")).toMatchObject([
    { threshold: 35, trigger: "fell" },
    { threshold: 350, trigger: "fell" },
  ]);
});
