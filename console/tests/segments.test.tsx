import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import type { Segment } from "@/api/types";
import { rights } from "@/shared/session/rights";
import { aPreview, aSegment, aSession, aSummary, someVocabulary } from "./support/examples";
import { fakeServer, Refusal } from "./support/fake-server";
import { expectAccessible, renderApp } from "./support/render-app";

const around = {
  "GET /api/session": () => aSession(),
  "GET /api/summary": () => aSummary(),
  "GET /api/segments/vocabulary": () => someVocabulary,
  "GET /api/segments": () => ({ rows: [aSegment()], next_after: null }),
  "POST /api/segments/preview": () => aPreview(),
  "GET /api/segments/11/history": () => ({ rows: [] }),
  "GET /api/segments/30/history": () => ({ rows: [] }),
};

const boughtOnce = {
  kind: "event",
  event: "order_paid",
  operator: "at_least",
  value: 1,
  measure: "count",
  property: null,
  where: [],
  window: null,
};

type User = ReturnType<typeof renderApp>["user"];

/** Adds a condition to the group that `at` stands for, the outermost first. */
async function addCondition(user: User, name: string, at = 0) {
  const adders = await screen.findAllByRole("button", { name: /添加条件$/ });
  const adder = adders[adders.length - 1 - at];
  if (!adder) throw new Error("there is no such group");
  await user.click(adder);
  await user.click(await screen.findByRole("button", { name }));
}

describe("the list of segments", () => {
  it("says what each one means and how many are in it", async () => {
    fakeServer(around);
    renderApp("/segments");
    const row = await screen.findByRole("row", { name: /沉默老客/ });
    expect(row.textContent).toContain("购买过至少 2 次");
    expect(row.textContent).toContain("4,120运行中");
    await expectAccessible();
  });

  it("is searched by name and narrowed to a state on the server, page by page", async () => {
    const rows = [
      aSegment(),
      aSegment({ segment_id: 12, name: "生日将至", status: "draft", sentence_zh: "生日在 7 天内" }),
    ];
    fakeServer({
      ...around,
      "GET /api/segments": ({ query }) => {
        const { search = "", status, after } = Object.fromEntries(query);
        const found = rows.filter(
          (row) => row.name.includes(search) && row.status === (status ?? row.status),
        );
        return after || search
          ? { rows: search ? found : [aSegment({ segment_id: 13, name: "更早的人" })], next_after: null }
          : { rows: found, next_after: "12" };
      },
    });
    const { user, router } = renderApp("/segments?status=draft");
    const draft = await screen.findByRole("link", { name: "生日将至" });
    expect(draft.getAttribute("href"), "a draft opens where it is made").toBe("/segments/12/edit");
    expect(screen.queryByRole("link", { name: "沉默老客" })).toBeNull();
    await user.click(screen.getByRole("button", { name: "加载更多" }));
    expect(await screen.findByRole("link", { name: "更早的人" })).toBeTruthy();
    await user.type(screen.getByRole("textbox", { name: /搜索/ }), "沉默");
    expect(await screen.findByText("没有符合的人群")).toBeTruthy();
    expect(router.state.location.search).toContain("status=draft");
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
    await addCondition(user, "做过");
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

  it("finds a kind of condition by what people call it", async () => {
    fakeServer(around);
    const { user } = renderApp("/segments/new");
    await user.click(await screen.findByRole("button", { name: /添加条件$/ }));
    await user.type(await screen.findByRole("textbox", { name: /找一种条件/ }), "生日{Enter}");
    const row = await screen.findByRole("group", { name: "周年" });
    expect(within(row).getByText("在今天到 7 天后之间")).toBeTruthy();
  });

  it("sends exactly the tree on the screen, and takes a step back", async () => {
    const server = fakeServer({
      ...around,
      "POST /api/segments": () => aSegment({ segment_id: 31, status: "draft" }),
      "GET /api/segments/31": () => aSegment({ segment_id: 31, status: "draft" }),
    });
    const { user } = renderApp("/segments/new");
    await addCondition(user, "做过");
    await user.click(screen.getByRole("button", { name: /添加条件组/ }));
    expect(
      server.bodiesOf("POST /api/segments/preview"),
      "nothing is asked while there is nothing to ask",
    ).not.toContainEqual({ definition: { kind: "all", of: [] } });
    const [, inner] = screen.getAllByRole("group", { name: "条件" });
    if (!inner) throw new Error("two groups are on the screen");
    const count = within(inner).getByRole("spinbutton", { name: "值" });
    await user.clear(count);
    await user.type(count, "5");
    const row = within(inner).getByRole("group", { name: "行为" });
    await user.click(within(row).getByRole("button", { name: /取反/ }));
    expect(within(row).getByText("不满足")).toBeTruthy();
    const definition = {
      kind: "all",
      of: [boughtOnce, { kind: "any", of: [{ kind: "not", of: { ...boughtOnce, value: 5 } }] }],
    };
    await waitFor(() => expect(server.bodiesOf("POST /api/segments/preview")).toContainEqual({ definition }));
    await addCondition(user, "没做过");
    expect(screen.getAllByRole("group", { name: "行为" })).toHaveLength(3);
    await user.click(screen.getByRole("button", { name: "撤销" }));
    expect(screen.getAllByRole("group", { name: "行为" })).toHaveLength(2);
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
      path: "of.1.window.least.amount",
      reason: "at most 3650 days",
      reason_zh: "天数不能超过 3650",
    });
    fakeServer({
      ...around,
      "GET /api/segments/11": () => aSegment(),
      "POST /api/segments/preview": () => preview,
    });
    const { user } = renderApp("/segments/11/edit");
    const row = await screen.findByRole("group", { name: "何时做的" });
    expect(await within(row).findByText("天数不能超过 3650")).toBeTruthy();
    const amount = within(row).getByRole("spinbutton", { name: "时长" });
    expect(amount.closest(".ant-input-number")?.className).toContain("status-error");
    expect(within(screen.getByRole("group", { name: "行为" })).queryByRole("alert")).toBeNull();
    expect(screen.getByText("有一处条件需要修改")).toBeTruthy();
    preview = aPreview();
    await user.clear(amount);
    await user.type(amount, "60");
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
    const { user, queryClient } = renderApp("/segments/11/edit");
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
    let draft = aSegment({ segment_id: 30, status: "draft", version: null, size: null, revision: 1 });
    let refused = true;
    const server = fakeServer({
      ...around,
      "POST /api/segments": () => draft,
      "GET /api/segments/30": () => draft,
      "PUT /api/segments/30": () => draft,
      "POST /api/segments/30/publish": () =>
        refused ? new Refusal(503, "columns_unavailable") : (draft = aSegment({ segment_id: 30 })),
    });
    const { user, router } = renderApp("/segments/new?template=neverBought");
    await user.click(await screen.findByRole("button", { name: "发布" }));
    await waitFor(() => expect(router.state.location.pathname).toBe("/segments/30/edit"));
    expect(await screen.findByText(/分析引擎暂时不可用/)).toBeTruthy();
    refused = false;
    await screen.findByText("草稿");
    await user.click(await screen.findByRole("button", { name: "发布" }));
    await waitFor(() => expect(router.state.location.pathname).toBe("/segments/30"));
    expect(await screen.findByText("运行中")).toBeTruthy();
    expect(server.bodiesOf("POST /api/segments")).toHaveLength(1);
  });

  it("refuses to forget unsaved work without asking", async () => {
    fakeServer({ ...around, "GET /api/segments/11": () => aSegment() });
    const { user, router } = renderApp("/segments/11/edit");
    await user.type(await screen.findByRole("textbox", { name: "人群名称" }), "！");
    expect(screen.getByText("有未保存的修改")).toBeTruthy();
    await user.click(screen.getByRole("link", { name: "概览" }));
    const dialog = await screen.findByRole("dialog");
    await user.click(within(dialog).getByRole("button", { name: "留下" }));
    expect(router.state.location.pathname).toBe("/segments/11/edit");
  });

  it("can be read, not changed, by those who may only read", async () => {
    fakeServer({
      ...around,
      "GET /api/session": () => aSession({ rights: [rights.readSegments] }),
      "GET /api/segments/11": () => aSegment(),
    });
    renderApp("/segments/11/edit");
    expect(await screen.findByText("人符合")).toBeTruthy();
    expect(screen.queryByRole("button", { name: /添加条件/ })).toBeNull();
    expect(screen.queryByRole("button", { name: "保存草稿" })).toBeNull();
    expect(screen.queryByRole("button", { name: "发布" })).toBeNull();
    expect(screen.getByRole<HTMLInputElement>("spinbutton", { name: "值" }).disabled).toBe(true);
  });
});
