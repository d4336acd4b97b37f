import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { rights } from "@/shared/session/rights";
import { aSession, aSummary } from "./support/examples";
import { fakeServer, Refusal } from "./support/fake-server";
import { expectAccessible, renderApp } from "./support/render-app";

const serve = (summary: unknown) =>
  fakeServer({ "GET /api/session": () => aSession(), "GET /api/summary": () => summary });

describe("the overview", () => {
  it("shows each figure with what it is a part of", async () => {
    serve(aSummary());
    renderApp("/");
    const figure = async (name: string) =>
      (await screen.findByText(name, { selector: "dt" })).parentElement?.textContent;
    expect(await figure("客户")).toContain("23,570近 30 天新增 120");
    expect(await figure("近 30 天活跃")).toContain("2,357占客户 10%");
    expect(await figure("成交额")).toContain("¥2,500,315.63人均 ¥212.16");
    expect(await figure("订单")).toContain("69,659客单价 ¥35.89");
    expect(await figure("复购率")).toContain("42.4%5,000 人买过两次以上");
    expect(screen.getByText("数据截至 2026年6月1日 12:00")).toBeTruthy();
    await screen.findByRole("img", { name: "每月成交额与购买人数图" });
    await expectAccessible();
  });

  it("asks for the numbers again each minute, for whoever watches", async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true, toFake: ["setInterval", "clearInterval", "Date"] });
    let customers = 23_570;
    fakeServer({
      "GET /api/session": () => aSession(),
      "GET /api/summary": () => ({ ...aSummary(), customers }),
    });
    renderApp("/");
    await screen.findByText("23,570");
    customers += 1;
    await vi.advanceTimersByTimeAsync(60_000);
    await screen.findByText("23,571");
    vi.useRealTimers();
  });

  it("says what a figure means, as the server defines it", async () => {
    serve(aSummary());
    const { user } = renderApp("/");
    await user.click(await screen.findByRole("button", { name: "客户：口径" }));
    expect(await screen.findByText("合并身份之后的客户数")).toBeTruthy();
  });

  it("puts the eight cells where recency and frequency put them", async () => {
    serve(aSummary());
    const { user } = renderApp("/");
    const block = await screen.findByRole("group", { name: "消费高" });
    const cells = within(block).getAllByRole("link");
    expect(cells.map((cell) => cell.textContent)).toEqual([
      "重要价值30 人30% · ¥9万",
      "重要发展0 人0% · ¥0",
      "重要保持0 人0% · ¥0",
      "重要挽留0 人0% · ¥0",
    ]);
    await user.hover(within(block).getByRole("link", { name: /重要保持/ }));
    expect(await screen.findByText("消费高 · 久未购买 · 买得多")).toBeTruthy();
  });

  it("leads from each number to the people behind it", async () => {
    serve(aSummary());
    renderApp("/");
    const whereOf = (link: HTMLElement) => {
      const { pathname, searchParams } = new URL(link.getAttribute("href") ?? "", "http://siyu");
      return [pathname, JSON.parse(searchParams.get("where") ?? "null"), searchParams.get("sort")] as const;
    };
    const bought = {
      kind: "event",
      event: "order_paid",
      operator: "at_least",
      value: 1,
      measure: "count",
      where: [],
    };
    expect(whereOf(await screen.findByRole("link", { name: "11,785" }))).toEqual([
      "/customers",
      bought,
      null,
    ]);
    expect(whereOf(screen.getByRole("link", { name: "42.4%" }))).toEqual([
      "/customers",
      { ...bought, value: 2 },
      null,
    ]);
    expect(whereOf(screen.getByRole("link", { name: "69,659" }))).toEqual(["/customers", bought, "orders"]);
    expect(whereOf(screen.getByRole("link", { name: "2,357" }))).toEqual([
      "/customers",
      { kind: "acted", window: { kind: "rolling", most: { amount: 30, unit: "day" } } },
      "last_seen",
    ]);
    const cell = screen.getByRole("link", { name: /重要价值/ });
    const rfm = { kind: "rfm", scheme_id: 5, cells: ["important_value"] };
    expect(whereOf(cell)).toEqual(["/customers", rfm, "revenue"]);
  });

  it("leads from a month to who bought in it", async () => {
    serve(aSummary());
    const { user, router } = renderApp("/");
    await user.click(await screen.findByRole("combobox", { name: "看某个月的购买客户" }));
    await user.click(await screen.findByText("2026年5月 · 8 人"));
    await waitFor(() => expect(router.state.location.pathname).toBe("/customers"));
    const where = new URLSearchParams(router.state.location.search).get("where");
    expect(JSON.parse(where ?? "null")).toMatchObject({
      event: "order_paid",
      window: { kind: "fixed", since_on: "2026-05-01", until_on: "2026-05-31" },
    });
  });

  it("shows numbers without ways to people whom one may not see", async () => {
    fakeServer({
      "GET /api/session": () => aSession({ rights: [rights.readSummary] }),
      "GET /api/summary": () => aSummary({ scheme_id: null }),
    });
    renderApp("/");
    expect(await screen.findByText("11,785")).toBeTruthy();
    expect(screen.queryByRole("link", { name: "11,785" })).toBeNull();
  });

  it("tells the same months in words", async () => {
    serve(aSummary());
    renderApp("/");
    const table = await screen.findByRole("table", { name: "每月成交" });
    expect(within(table).getByRole("row", { name: "2026年5月 ¥1,234.00 8" })).toBeTruthy();
  });

  it("shows an empty installation the way in", async () => {
    serve(aSummary({ customers: 0 }));
    const { user, router } = renderApp("/");
    await user.click(await screen.findByRole("button", { name: "去建写入密钥" }));
    await waitFor(() => expect(router.state.location.pathname).toBe("/settings/keys"));
  });

  it("offers another try when the numbers did not come", async () => {
    let answer: unknown = new Refusal(503, "busy");
    fakeServer({ "GET /api/session": () => aSession(), "GET /api/summary": () => answer });
    const { user } = renderApp("/");
    expect(await screen.findByText("系统正忙，请稍等几秒再试。")).toBeTruthy();
    answer = aSummary();
    await user.click(screen.getByRole("button", { name: "重试" }));
    expect(await screen.findByText("23,570")).toBeTruthy();
  });

  it("says what waits for whoever looks, and where it is done; and what a new installation still needs", async () => {
    const waiting = (key: string, count: number, more = {}) => ({
      key,
      count,
      is_urgent: false,
      subject: "",
      limit: null,
      ...more,
    });
    fakeServer({
      "GET /api/session": () => aSession(),
      "GET /api/summary": () => aSummary(),
      "GET /api/setup/steps": () => ({
        rows: [
          { key: "data", is_done: true },
          { key: "wecom", is_done: false },
        ],
      }),
      "GET /api/summary/today": () => ({
        rows: [
          waiting("approvals", 2, { is_urgent: true }),
          waiting("quota", 90, { subject: "sms", limit: 100 }),
        ],
      }),
    });
    renderApp("/");
    const approvals = await screen.findByText("群发等你审批");
    expect(approvals.closest("a")?.getAttribute("href")).toBe("/sends/approvals");
    expect(screen.getByText("今日渠道配额将满 · 短信").closest("a")?.textContent).toContain("90 / 100");
    const wecom = await screen.findByText("连接企业微信");
    expect(wecom.closest("a")?.getAttribute("href")).toBe("/settings/wecom");
    expect(screen.getByText("让第一批客户进来").closest("a")).toBeNull();
    await expectAccessible();
  });
});
