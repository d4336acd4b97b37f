import { render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { createMemoryRouter } from "react-router";
import { RouterProvider } from "react-router/dom";
import { expect, it } from "vitest";
import { makeQueryClient, Providers } from "@/app/providers";
import type { MetricRow } from "@/api/types";
import { MemberBoardPage } from "@/features/metrics/boards/member-board-page";
import { Leads, type OneNumber } from "@/features/metrics/made-of";
import { rights, type Right } from "@/shared/session/rights";
import { SessionContext } from "@/shared/session/session-context";
import { aSession } from "./support/examples";
import { fakeServer, type Asked } from "./support/fake-server";

const metric = (id: number, key: string, kind: string, parts: Record<string, number> = {}) =>
  ({
    metric_id: id,
    definition: { key, zh: `${key}数`, en: key, unit: "count", of: { kind } },
    sentence_zh: `${key}的算法`,
    parts,
  }) as unknown as MetricRow;

/** A rate of rates: what is paid to a buyer, for what was spent on them. */
const METRICS = [
  metric(1, "orders", "events"),
  metric(2, "buyers", "events"),
  metric(3, "spent", "costs"),
  metric(4, "ticket", "formula", { orders: 1, buyers: 2 }),
  metric(5, "return", "formula", { ticket: 4, spent: 3 }),
];
const VALUES: Readonly<Record<number, number>> = { 1: 60, 2: 20, 3: 7, 4: 3 };

const series = (id: number) => () => ({
  metric_id: id,
  days: ["2026-05-04"],
  is_partial: false,
  values: [VALUES[id]],
  before: null,
  targets: [null],
  lines: [{ group: { kind: "value", key: "8", label: "东区" }, values: [id] }],
});

function shown(
  number: Partial<OneNumber>,
  held: readonly Right[] = [rights.writeSegments],
  board: unknown = null,
) {
  const server = fakeServer({
    "GET /api/metric-boards": () => board,
    "GET /api/metrics": ({ query }: Asked) => {
      const ids = query.getAll("ids").map(Number);
      return { rows: METRICS.filter((each) => ids.includes(each.metric_id)), next_after: null };
    },
    ...Object.fromEntries(
      METRICS.map(({ metric_id: id }) => [`POST /api/metric-numbers/${id}/series`, series(id)]),
    ),
    "POST /api/metric-numbers/2/people": () => ({ definition: { kind: "all", of: [] } }),
    "POST /api/segments": () => ({ segment_id: 9 }),
  });
  const of = METRICS.at(-1);
  if (!of) throw new Error("none");
  const element = board ? (
    <MemberBoardPage />
  ) : (
    <Leads
      metric={of}
      number={{
        grain: "week",
        since: "2026-05-04",
        breakdown: null,
        group: null,
        groupName: null,
        ...number,
      }}
    />
  );
  const router = createMemoryRouter([
    { path: "/", element },
    { path: "/segments/9/edit", element: null },
  ]);
  render(
    <Providers queryClient={makeQueryClient()}>
      <SessionContext value={aSession({ rights: [...held] })}>
        <RouterProvider router={router} />
      </SessionContext>
    </Providers>,
  );
  return { router, server };
}

it("a number reckoned from others leads to each of them, with its value, and from there to its people", async () => {
  const { router, server } = shown({});
  const user = userEvent.setup();
  expect(screen.getByText("= return的算法")).toBeDefined();
  const inner = await screen.findByRole("list", { name: "ticket数由这些数字算出" });
  expect(await within(inner).findByText("20")).toBeDefined();
  expect(await screen.findByText("费用不算在任何客户名下")).toBeDefined();
  expect(screen.getAllByRole("button")).toHaveLength(2);
  await user.click(await within(inner).findByTitle("buyers数"));
  await expect.poll(() => router.state.location.pathname).toBe("/segments/9/edit");
  const span = { since_on: "2026-05-04", until_on: "2026-05-10", breakdown: null, group: null };
  expect(server.bodiesOf("POST /api/metric-numbers/2/people")).toEqual([span]);
});

it("the parts are those of the group that is chosen", async () => {
  const breakdown = { kind: "unit" } as OneNumber["breakdown"];
  const { server } = shown({ breakdown, group: "8" });
  const inner = await screen.findByRole("list", { name: "ticket数由这些数字算出" });
  expect(await within(inner).findByText("2")).toBeDefined();
  expect(server.bodiesOf("POST /api/metric-numbers/2/series")).toMatchObject([{ breakdown }]);
});

it("a number of a board opens what it is made of, for its row", async () => {
  const whole = { group: { kind: "value", key: "", label: "" }, cells: [{ values: [1, 3, 2], targets: [] }] };
  const row = { group: { kind: "value", key: "8", label: "东区" }, cells: whole.cells };
  const { server } = shown({}, [], {
    dimension: "unit",
    breakdown: { kind: "unit" },
    grain: "week",
    days: ["2026-04-27", "2026-05-04", "2026-05-11"],
    columns: [{ metric_id: 4, key: "ticket", zh: "ticket数", unit: "ratio" }],
    rows: [row],
    whole,
  });
  const user = userEvent.setup();
  const cells = await screen.findAllByTitle("查看客户");
  await user.click(cells.at(-1) ?? document.body);
  const drawer = await screen.findByRole("dialog");
  expect(drawer.textContent).toContain("ticket数 · 东区");
  expect(await within(drawer).findByText("2")).toBeDefined();
  expect(server.bodiesOf("POST /api/metric-numbers/2/series")).toMatchObject([
    { since_on: "2026-05-04", breakdown: { kind: "unit" } },
  ]);
});

it("who makes no segments sees the parts all the same", async () => {
  shown({}, []);
  expect(await screen.findByText("60")).toBeDefined();
  expect(screen.queryByRole("button")).toBeNull();
});
