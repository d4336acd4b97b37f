import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { rights } from "@/shared/session/rights";
import {
  aConsentMatrix,
  aCustomer,
  aCustomerRow,
  aMergeHistory,
  aMergeRow,
  aSegment,
  aSession,
  aSummary,
} from "./support/examples";
import { fakeServer, Refusal, type Asked } from "./support/fake-server";
import { expectAccessible, renderApp } from "./support/render-app";

const around = {
  "GET /api/session": () => aSession(),
  "GET /api/summary": () => aSummary(),
  "GET /api/segments": () => ({ rows: [aSegment()], next_after: null }),
};

describe("the list of customers", () => {
  const list = ({ query }: Asked) => {
    if (query.get("q") === "nobody") return { rows: [], next_after: null, total: 0 };
    return query.get("after") === "k1"
      ? { rows: [aCustomerRow({ customer_id: 6, display_name: "李二娃" })], next_after: null, total: 2 }
      : { rows: [aCustomerRow()], next_after: "k1", total: 2 };
  };

  it("shows who they are without showing too much, page by page", async () => {
    fakeServer({ ...around, "GET /api/customers": list });
    const { user } = renderApp("/customers");
    const row = await screen.findByRole("row", { name: /王小明/ });
    expect(row.textContent).toContain("138****1234");
    expect(row.textContent).toContain("¥259.00");
    expect(screen.queryByText("李二娃")).toBeNull();
    await user.click(screen.getByRole("button", { name: "加载更多" }));
    expect(await screen.findByText("李二娃")).toBeTruthy();
    expect(screen.queryByRole("button", { name: "加载更多" })).toBeNull();
    await expectAccessible();
  });

  it("searches after a pause and keeps the search in the address", async () => {
    const server = fakeServer({ ...around, "GET /api/customers": list });
    const { user, router } = renderApp("/customers");
    await user.type(await screen.findByRole("textbox", { name: "搜索客户" }), "nobody");
    expect(await screen.findByText("没有符合条件的客户")).toBeTruthy();
    expect(router.state.location.search).toBe("?q=nobody");
    const searches = server.asked
      .filter(({ path }) => path === "/api/customers")
      .map(({ query }) => query.get("q"));
    expect(searches).toEqual([null, "nobody"]);
    await user.click(screen.getByRole("button", { name: "清除条件" }));
    expect(await screen.findByText("王小明")).toBeTruthy();
    expect(router.state.location.search).toBe("");
  });

  it("filters by the segment in the address", async () => {
    const server = fakeServer({ ...around, "GET /api/customers": list });
    renderApp("/customers?segment=11");
    expect(await screen.findByText("王小明")).toBeTruthy();
    expect(server.asked.find(({ path }) => path === "/api/customers")?.query.get("segment_id")).toBe("11");
    expect(await screen.findByText("沉默老客")).toBeTruthy();
  });

  it("does not ask for segments that the person may not see", async () => {
    fakeServer({
      "GET /api/session": () => aSession({ rights: [rights.readCustomers] }),
      "GET /api/customers": list,
    });
    renderApp("/customers");
    expect(await screen.findByText("王小明")).toBeTruthy();
    expect(screen.queryByRole("combobox", { name: "按人群筛选" })).toBeNull();
  });
});

describe("one customer", () => {
  const beside = {
    "GET /api/customers/7/history": () => aMergeHistory(aMergeRow()),
    "GET /api/customers/7/consents": () => aConsentMatrix(),
  };
  const timeline = {
    rows: [
      {
        event_id: "e1",
        name: "order_paid",
        occurred_at: "2026-05-01T04:02:00Z",
        source: "shop",
        properties: { total_fen: 23800, order_id: "A-1", lines: [{ sku: "x" }] },
      },
    ],
    next_after: null,
  };

  it("shows facts, identities, consent, membership and orders", async () => {
    fakeServer({
      ...around,
      ...beside,
      "GET /api/customers/7": () => aCustomer(),
      "GET /api/customers/7/timeline": () => timeline,
    });
    renderApp("/customers/7");
    expect(await screen.findByRole("heading", { level: 1, name: "王小明" })).toBeTruthy();
    expect(screen.getByText("¥129.50")).toBeTruthy();
    const identities = screen.getByRole("region", { name: "身份与合并" });
    expect(within(identities).getAllByText("138****1234").length).toBeGreaterThan(0);
    expect(await screen.findByRole("button", { name: "营销 · 短信：已同意" })).toBeTruthy();
    expect(screen.getByRole("button", { name: "个性化推荐 · 全部：已拒绝" })).toBeTruthy();
    expect(screen.getByRole("link", { name: "沉默老客" }).getAttribute("href")).toBe("/segments/11");
    expect(screen.getByRole("link", { name: "唤醒" }).getAttribute("href")).toBe("/journeys/21");
    await screen.findByText("支付了一笔订单，¥238.00");
    await expectAccessible();
  });

  it("opens an event to show what it carried", async () => {
    fakeServer({
      ...around,
      ...beside,
      "GET /api/customers/7": () => aCustomer(),
      "GET /api/customers/7/timeline": () => timeline,
    });
    const { user } = renderApp("/customers/7");
    const line = await screen.findByRole("button", { name: /支付了一笔订单/ });
    expect(line.getAttribute("aria-expanded")).toBe("false");
    await user.click(line);
    expect(line.getAttribute("aria-expanded")).toBe("true");
    expect(screen.getByText("A-1")).toBeTruthy();
    expect(screen.getByText('[{"sku":"x"}]')).toBeTruthy();
    expect(screen.getByText("¥238.00")).toBeTruthy();
  });

  it("says that somebody is not there, without asking to try again", async () => {
    fakeServer({
      ...around,
      "GET /api/customers/9": () => new Refusal(404, "unknown_customer"),
      "GET /api/customers/9/timeline": () => new Refusal(404, "unknown_customer"),
    });
    renderApp("/customers/9");
    expect(await screen.findByText(/没有找到/)).toBeTruthy();
    await waitFor(() => expect(screen.queryByRole("button", { name: "重试" })).toBeNull());
  });
});
