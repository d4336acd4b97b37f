import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState, type ReactNode } from "react";
import { createMemoryRouter } from "react-router";
import { RouterProvider } from "react-router/dom";
import { expect, it } from "vitest";
import { makeQueryClient, Providers } from "@/app/providers";
import type { MetricPart, PlanDefinition } from "@/api/types";
import { MemberBoardPage } from "@/features/metrics/boards/member-board-page";
import { TargetsFields } from "@/features/plans/plan-parts";
import { ChangeTree } from "@/shared/metrics/change-tree";
import { SessionContext } from "@/shared/session/session-context";
import { aSession } from "./support/examples";
import { fakeServer, type Asked } from "./support/fake-server";

const aMetric = (metric_id: number, key: string, zh: string, unit: string) => ({
  metric_id,
  status: "live",
  definition: { key, zh, en: key, unit },
});
const METRICS = [aMetric(1, "orders", "订单数", "count"), aMetric(900, "paid", "成交额", "money_fen")];

/** Of however many metrics those by number, or those that are found by a part of their name. */
const metrics = ({ query }: Asked) => {
  const ids = query.getAll("ids").map(Number);
  const search = query.get("search") ?? "";
  const rows = METRICS.filter(({ metric_id: id, definition }) =>
    ids.length > 0 ? ids.includes(id) : search ? definition.zh.includes(search) : id < 900,
  );
  return { rows, next_after: null };
};

function show(element: ReactNode, address = "/") {
  const router = createMemoryRouter([{ path: "/", element }], { initialEntries: [address] });
  render(
    <Providers queryClient={makeQueryClient()}>
      <SessionContext value={aSession()}>
        <RouterProvider router={router} />
      </SessionContext>
    </Providers>,
  );
  return { router, user: userEvent.setup() };
}

it("a target takes its amount once it is known of what it is one", async () => {
  fakeServer({ "GET /api/metrics": metrics });
  const saved: PlanDefinition[] = [];
  function Targets() {
    const [definition, setDefinition] = useState({ targets: [], phases: [] } as unknown as PlanDefinition);
    saved.push(definition);
    return (
      <TargetsFields
        definition={definition}
        fault={null}
        set={(change) => setDefinition((before) => ({ ...before, ...change }))}
        names={{}}
      />
    );
  }
  const { user } = show(<Targets />);
  await user.click(screen.getByRole("button", { name: /加一个目标/ }));
  const amount = () => screen.getByRole<HTMLInputElement>("spinbutton", { name: "目标值" });
  expect(amount().disabled).toBe(true);
  await user.type(screen.getByRole("combobox", { name: "指标" }), "成交");
  await user.click(await screen.findByTitle("成交额"));
  await waitFor(() => expect(amount().disabled).toBe(false));
  await user.clear(amount());
  await user.type(amount(), "50");
  await user.tab();
  expect(saved.at(-1)?.targets).toEqual([{ metric_id: 900, value: 5000, phase: null }]);
});

it("columns of a board are chosen among all metrics and stand in its address", async () => {
  const whole = { group: { kind: "value", key: "", label: "" }, cells: [] };
  fakeServer({
    "GET /api/metrics": metrics,
    "GET /api/metric-boards": ({ query }) => ({
      dimension: "staff",
      grain: "week",
      days: [],
      rows: [],
      whole,
      columns: METRICS.filter(({ definition: { key } }) => query.getAll("keys").includes(key)).map(
        ({ metric_id: id, definition }) => ({ metric_id: id, ...definition }),
      ),
    }),
  });
  const { user, router } = show(<MemberBoardPage />, "/?key=orders");
  expect(await screen.findByTitle("订单数")).toBeTruthy();
  await user.type(screen.getByRole("combobox", { name: "看哪些指标" }), "成交");
  await user.click(await screen.findByTitle("成交额"));
  await waitFor(() =>
    expect(new URLSearchParams(router.state.location.search).getAll("key")).toEqual(["orders", "paid"]),
  );
});

it("what a part of a change means is asked for when somebody wants to know", async () => {
  const server = fakeServer({ "GET /api/metrics/900": () => ({ sentence_zh: "支付的钱。" }) });
  const part = { key: "paid", metric_id: 900, zh: "成交额", unit: "money_fen", group: null, parts: [] };
  const { user } = show(<ChangeTree root={part as unknown as MetricPart} />);
  const mark = await screen.findByRole("button", { name: "成交额的口径" });
  expect(server.asked.filter(({ path }) => path.startsWith("/api/metrics"))).toEqual([]);
  await user.hover(mark);
  expect(await screen.findByText("支付的钱。")).toBeTruthy();
});
