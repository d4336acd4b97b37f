import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import type { SegmentExport } from "@/api/types";
import { rights } from "@/shared/session/rights";
import { aCustomer, aCustomerRow, aSegment, aSession, aSummary, someVocabulary } from "./support/examples";
import { fakeServer, Refusal } from "./support/fake-server";
import { expectAccessible, renderApp } from "./support/render-app";

const anExport = (change: Partial<SegmentExport> = {}): SegmentExport => ({
  export_id: 5,
  segment_id: 11,
  segment_name: "沉默老客",
  format: "csv",
  columns: ["customer_id"],
  state: "done",
  rows_done: 4120,
  rows_total: 4120,
  bytes: 1000,
  fault_code: null,
  has_file: true,
  is_own: true,
  asked_at: "2026-06-01T03:00:00Z",
  ended_at: "2026-06-01T03:01:00Z",
  expires_at: "2026-06-02T03:01:00Z",
  ...change,
});

const around = {
  "GET /api/session": () => aSession(),
  "GET /api/summary": () => aSummary(),
  "GET /api/segments": () => ({
    rows: [aSegment(), aSegment({ segment_id: 12, name: "生日将至" })],
    next_after: null,
  }),
  "GET /api/segments/11": () => aSegment(),
  "GET /api/segments/11/history": () => ({
    rows: [
      { at: "2026-05-30T16:00:00Z", size: 4000, entered: 30, exited: 10 },
      { at: "2026-05-31T16:00:00Z", size: 4120, entered: 150, exited: 30 },
    ],
  }),
};

describe("a segment's page", () => {
  it("says what it means, how it went, and who depends on it", async () => {
    const segment = aSegment({
      building: true,
      used_by: [{ definition_id: 21, kind: "journey", name: "唤醒" }],
    });
    fakeServer({ ...around, "GET /api/segments/11": () => segment });
    renderApp("/segments/11");
    expect(await screen.findByText("正在后台计算新的版本")).toBeTruthy();
    expect(screen.getByText("计算中")).toBeTruthy();
    expect(screen.getByText("购买过至少 2 次")).toBeTruthy();
    expect(screen.getByRole("link", { name: "唤醒" }).getAttribute("href")).toBe("/journeys/21");
    const entered = await screen.findByText("进入 · 近 30 天");
    await waitFor(() => expect(entered.nextElementSibling?.textContent).toBe("180"));
    expect(screen.getByText("离开 · 近 30 天").nextElementSibling?.textContent).toBe("40");
    await expectAccessible();
  });

  it("says why it cannot be deleted", async () => {
    fakeServer({
      ...around,
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

  it("shows only what one may do", async () => {
    fakeServer({ ...around, "GET /api/session": () => aSession({ rights: [rights.readSegments] }) });
    renderApp("/segments/11");
    const tabs = await screen.findByRole("navigation", { name: "这个人群的页面" });
    expect(
      within(tabs)
        .getAllByRole("link")
        .map((link) => link.textContent),
    ).toEqual(["概览", "重叠"]);
  });

  it("tells who is in it, and who was at the end of a day", async () => {
    const server = fakeServer({
      ...around,
      "GET /api/segments/11/members": ({ query }) => ({
        rows: [aCustomerRow(query.get("on") ? { customer_id: 8, display_name: "那天的人" } : {})],
        next_after: null,
        total: 1,
      }),
    });
    const { user } = renderApp("/segments/11/members");
    expect(await screen.findByRole("link", { name: "王小明" })).toBeTruthy();
    const day = screen.getByLabelText("看某一天结束时在里面的人");
    await user.type(day, "2026-03-01");
    expect(await screen.findByRole("link", { name: "那天的人" })).toBeTruthy();
    expect(server.asked.at(-1)?.query.get("on")).toBe("2026-03-01");
  });

  it("lays it beside others, the largest combination first", async () => {
    const server = fakeServer({
      ...around,
      "POST /api/segments/overlap": () => ({
        segments: [
          { segment_id: 11, name: "沉默老客", size: 30 },
          { segment_id: 12, name: "生日将至", size: 25 },
        ],
        parts: [
          { in: [11], count: 20 },
          { in: [12], count: 0 },
          { in: [11, 12], count: 25 },
        ],
      }),
    });
    const { user } = renderApp("/segments/11/overlap");
    await user.click(await screen.findByRole("combobox", { name: "比较的人群" }));
    await user.click(await screen.findByTitle("生日将至"));
    const bars = await screen.findByRole("list", { name: "组合" });
    expect(
      within(bars)
        .getAllByRole("listitem")
        .map((item) => item.textContent),
    ).toEqual(["同时在 沉默老客、生日将至25", "只在 沉默老客20"]);
    expect(server.bodiesOf("POST /api/segments/overlap")).toEqual([{ segment_ids: [11, 12] }]);
  });

  it("explains one customer, condition by condition", async () => {
    const leaf = (sentence: string, holds: boolean, observed: string) => ({
      kind: "event",
      holds,
      sentence_zh: sentence,
      sentence_en: sentence,
      observed_zh: observed,
      observed_en: observed,
      of: [],
    });
    fakeServer({
      ...around,
      "GET /api/customers": () => ({ rows: [aCustomerRow()], next_after: null, total: 1 }),
      "GET /api/customers/7": () => aCustomer(),
      "GET /api/segments/11/explain": () => ({
        matches: false,
        is_member: true,
        node: {
          ...leaf("", false, ""),
          kind: "all",
          of: [
            leaf("支付过至少 2 次", true, "支付过 3 次"),
            leaf("超过 90 天没有支付", false, "5 天前支付过"),
          ],
        },
      }),
    });
    renderApp("/segments/11/explain?customer=7");
    expect((await screen.findByRole("status")).textContent).toContain("不在这个人群里");
    expect(screen.getByText("现在已不符合条件；人群下一次更新时离开。")).toBeTruthy();
    const [, held, failed] = screen.getAllByRole("listitem").filter((item) => item.closest("main"));
    expect(held?.textContent).toBe("满足支付过至少 2 次支付过 3 次");
    expect(failed?.textContent).toBe("不满足超过 90 天没有支付5 天前支付过");
    await expectAccessible();
  });

  it("has its members written into a file", async () => {
    let rows = [anExport({ export_id: 4, format: "xlsx", state: "failed", has_file: false })];
    const server = fakeServer({
      ...around,
      "GET /api/segments/vocabulary": () => someVocabulary,
      "GET /api/segment-exports": () => ({ rows, next_after: null }),
      "POST /api/segments/11/exports": () => {
        rows = [anExport(), ...rows];
        return anExport({ state: "waiting", has_file: false });
      },
    });
    const { user } = renderApp("/segments/11/exports");
    expect(await screen.findByText("失败")).toBeTruthy();
    await user.click(screen.getByRole("button", { name: /导出成员$/ }));
    const dialog = await screen.findByRole("dialog");
    await user.click(within(dialog).getByRole("checkbox", { name: "消费金额" }));
    await user.click(await within(dialog).findByRole("checkbox", { name: "年龄" }));
    await user.click(within(dialog).getByRole("button", { name: "开始导出" }));
    const link = await screen.findByRole("link", { name: /下载$/ });
    expect(link.getAttribute("href")).toBe("/api/segment-exports/5/file");
    expect(server.bodiesOf("POST /api/segments/11/exports")).toEqual([
      { format: "csv", columns: ["customer_id", "name", "contact", "orders", "attribute:age"] },
    ]);
  });
});
