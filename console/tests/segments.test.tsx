import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import type { Segment } from "@/api/types";
import { rights } from "@/shared/session/rights";
import { aPreview, aSegment, aSession, aSummary, someNames } from "./support/examples";
import { fakeServer, Refusal } from "./support/fake-server";
import { expectAccessible, renderApp } from "./support/render-app";

const around = {
  "GET /api/session": () => aSession(),
  "GET /api/summary": () => aSummary(),
  "GET /api/attributes": () => someNames,
  "GET /api/segments": () => ({ rows: [aSegment()], next_after: null }),
  "POST /api/segments/preview": () => aPreview(),
};

const boughtOnce = {
  kind: "event_count",
  event: "order_paid",
  operator: "at_least",
  count: 1,
  within_days: null,
};

describe("the list of segments", () => {
  it("says what each one means and how many are in it", async () => {
    fakeServer(around);
    renderApp("/segments");
    const row = await screen.findByRole("row", { name: /沉默老客/ });
    expect(row.textContent).toContain("购买过至少 2 次");
    expect(row.textContent).toContain("4,120运行中");
    await expectAccessible();
  });

  it("teaches when there is none, with segments to begin from", async () => {
    fakeServer({ ...around, "GET /api/segments": () => ({ rows: [], next_after: null }) });
    const { user, router } = renderApp("/segments");
    await user.click(await screen.findByRole("button", { name: "沉默老客" }));
    expect(await screen.findByText("人符合")).toBeTruthy();
    expect(router.state.location.search).toBe("?template=silentBuyers");
    expect(screen.getByDisplayValue("90")).toBeTruthy();
  });
});

describe("the builder", () => {
  it("counts while one builds, and publishes what stands there", async () => {
    const draft = aSegment({ segment_id: 30, status: "draft", version: null, size: null });
    const server = fakeServer({
      ...around,
      "POST /api/segments": () => draft,
      "POST /api/segments/30/publish": () => ({ ...draft, status: "live", version: 1 }) satisfies Segment,
      "GET /api/segments/30": () => ({ ...draft, status: "live", version: 1 }) satisfies Segment,
    });
    const { user, router } = renderApp("/segments/new");
    const name = await screen.findByRole("textbox", { name: "人群名称" });
    expect(screen.getByText(/把条件填完整/)).toBeTruthy();
    await user.clear(name);
    await user.type(name, "买过的人");
    await user.click(screen.getByRole("button", { name: /添加条件$/ }));
    expect((await screen.findByRole("status")).textContent).toBe("4,120 人符合");
    expect(screen.getByText("占全部 23,570 位客户的 17.5%")).toBeTruthy();
    expect(screen.getByText("购买过至少 2 次，且超过 90 天没有购买")).toBeTruthy();
    await expectAccessible();

    await user.click(screen.getByRole("button", { name: "发布" }));
    await waitFor(() => expect(router.state.location.pathname).toBe("/segments/30"));
    expect(server.bodiesOf("POST /api/segments")).toEqual([
      { name: "买过的人", definition: { kind: "all", of: [boughtOnce] }, revision: null },
    ]);
  });

  it("sends exactly the tree on the screen", async () => {
    const server = fakeServer({
      ...around,
      "POST /api/segments": () => aSegment({ segment_id: 31 }),
      "GET /api/segments/31": () => aSegment({ segment_id: 31 }),
    });
    const { user } = renderApp("/segments/new");
    await user.click(await screen.findByRole("button", { name: /添加条件$/ }));
    await user.click(screen.getByRole("button", { name: /添加条件组/ }));
    expect(
      server.bodiesOf("POST /api/segments/preview"),
      "nothing is asked while there is nothing to ask",
    ).not.toContainEqual({ definition: { kind: "all", of: [] } });
    const [outer, inner] = screen.getAllByRole("group", { name: "条件" });
    if (!outer || !inner) throw new Error("two groups are on the screen");
    const count = within(inner).getByRole("spinbutton", { name: "次数" });
    await user.clear(count);
    await user.type(count, "5");
    const row = within(inner).getByRole("group", { name: "行为次数" });
    await user.click(within(row).getByRole("button", { name: /取反/ }));
    expect(within(row).getByText("不满足")).toBeTruthy();
    const definition = {
      kind: "all",
      of: [boughtOnce, { kind: "any", of: [{ kind: "not", of: { ...boughtOnce, count: 5 } }] }],
    };
    await waitFor(() => expect(server.bodiesOf("POST /api/segments/preview")).toContainEqual({ definition }));
    const save = screen.getByRole("button", { name: "保存草稿" });
    await waitFor(() => expect((save as HTMLButtonElement).disabled).toBe(false));
    await user.click(save);
    await waitFor(() => expect(server.bodiesOf("POST /api/segments")).toHaveLength(1));
    expect(server.bodiesOf("POST /api/segments")).toEqual([
      { name: "未命名人群", definition, revision: null },
    ]);
  });

  it("shows a fault at the row that has it, and forgets it when the row changes", async () => {
    let preview: unknown = new Refusal(422, "invalid_definition", {
      path: "of.1.days",
      reason: "at most 3650 days",
      reason_zh: "天数不能超过 3650",
    });
    fakeServer({
      ...around,
      "GET /api/segments/11": () => aSegment(),
      "POST /api/segments/preview": () => preview,
    });
    const { user } = renderApp("/segments/11");
    const row = await screen.findByRole("group", { name: "最近行为" });
    expect(await within(row).findByText("天数不能超过 3650")).toBeTruthy();
    expect(within(screen.getByRole("group", { name: "行为次数" })).queryByRole("alert")).toBeNull();
    expect(screen.getByText("有一处条件需要修改")).toBeTruthy();
    preview = aPreview();
    const days = within(row).getByRole("spinbutton", { name: "天数" });
    await user.clear(days);
    await user.type(days, "60");
    expect(await screen.findByText("人符合")).toBeTruthy();
    expect(within(row).queryByText("天数不能超过 3650")).toBeNull();
  });

  it("saves over what was opened, not over what a colleague saved since", async () => {
    let stored = aSegment({ revision: 5 });
    const server = fakeServer({
      ...around,
      "GET /api/segments/11": () => stored,
      "PUT /api/segments/11": ({ body }) =>
        (body as { revision: number }).revision === stored.revision
          ? (stored = aSegment({ name: "新名字", revision: stored.revision + 1 }))
          : new Refusal(409, "stale_definition"),
    });
    const { user, queryClient } = renderApp("/segments/11");
    const name = await screen.findByRole("textbox", { name: "人群名称" });
    const save = screen.getByRole("button", { name: "保存草稿" });
    await user.clear(name);
    await user.type(name, "新名字");
    await user.click(save);
    await waitFor(() => expect(screen.queryByText("有未保存的修改")).toBeNull());

    stored = aSegment({ name: "同事的名字", revision: 9 });
    await queryClient.invalidateQueries();
    await user.type(name, "二");
    await user.click(save);
    expect(await screen.findByText(/别人改过它/)).toBeTruthy();
    expect(
      server.bodiesOf("PUT /api/segments/11").map((body) => (body as { revision: number }).revision),
    ).toEqual([5, 6]);
  });

  it("keeps the draft of a publication that was refused, once", async () => {
    const draft = aSegment({ segment_id: 30, status: "draft", version: null, size: null, revision: 1 });
    let refused = true;
    const server = fakeServer({
      ...around,
      "POST /api/segments": () => draft,
      "GET /api/segments/30": () => draft,
      "PUT /api/segments/30": () => draft,
      "POST /api/segments/30/publish": () =>
        refused ? new Refusal(503, "columns_unavailable") : aSegment({ segment_id: 30 }),
    });
    const { user, router } = renderApp("/segments/new?template=neverBought");
    await user.click(await screen.findByRole("button", { name: "发布" }));
    await waitFor(() => expect(router.state.location.pathname).toBe("/segments/30"));
    expect(await screen.findByText(/分析引擎暂时不可用/)).toBeTruthy();
    refused = false;
    await screen.findByText("草稿");
    await user.click(await screen.findByRole("button", { name: "发布" }));
    expect(await screen.findByText("运行中")).toBeTruthy();
    expect(server.bodiesOf("POST /api/segments")).toHaveLength(1);
  });

  it("refuses to forget unsaved work without asking", async () => {
    fakeServer({ ...around, "GET /api/segments/11": () => aSegment() });
    const { user, router } = renderApp("/segments/11");
    await user.type(await screen.findByRole("textbox", { name: "人群名称" }), "！");
    expect(screen.getByText("有未保存的修改")).toBeTruthy();
    await user.click(screen.getByRole("link", { name: "概览" }));
    const dialog = await screen.findByRole("dialog");
    await user.click(within(dialog).getByRole("button", { name: "留下" }));
    expect(router.state.location.pathname).toBe("/segments/11");
  });

  it("says why a segment cannot be deleted", async () => {
    fakeServer({
      ...around,
      "GET /api/segments/11": () => aSegment(),
      "DELETE /api/segments/11": () =>
        new Refusal(409, "definition_in_use", {
          used_by: [{ definition_id: 21, kind: "journey", name: "唤醒" }],
        }),
    });
    const { user } = renderApp("/segments/11");
    await user.click(await screen.findByRole("button", { name: "更多操作" }));
    await user.click(await screen.findByRole("menuitem", { name: "删除" }));
    const dialog = await screen.findByRole("dialog");
    await user.click(within(dialog).getByRole("button", { name: "删除" }));
    expect(await screen.findByText("「唤醒」还在使用它，所以不能删除。")).toBeTruthy();
  });

  it("can be read, not changed, by those who may only read", async () => {
    fakeServer({
      ...around,
      "GET /api/session": () => aSession({ rights: [rights.readSegments] }),
      "GET /api/segments/11": () => aSegment(),
    });
    renderApp("/segments/11");
    expect(await screen.findByText("人符合")).toBeTruthy();
    expect(screen.queryByRole("button", { name: /添加条件/ })).toBeNull();
    expect(screen.queryByRole("button", { name: "保存草稿" })).toBeNull();
    expect(screen.queryByRole("button", { name: "发布" })).toBeNull();
    expect(screen.getByRole<HTMLInputElement>("spinbutton", { name: "次数" }).disabled).toBe(true);
  });
});
