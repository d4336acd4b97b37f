import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import type { FoundCustomer } from "@/api/types";
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

const aFoundCustomer = (change: Partial<FoundCustomer> = {}): FoundCustomer => ({
  ...aCustomerRow(),
  keeper: null,
  tags: [],
  stages: [],
  attributes: {},
  ...change,
});

describe("the list of customers", () => {
  const search = ({ body }: Asked) => {
    const asked = body as { q: string; after: string | null };
    if (asked.q === "nobody") return { rows: [], next_after: null, total: 0 };
    return asked.after === "k1"
      ? { rows: [aFoundCustomer({ customer_id: 6, display_name: "李二娃" })], next_after: null, total: 2 }
      : { rows: [aFoundCustomer()], next_after: "k1", total: 2 };
  };
  const listed = {
    ...around,
    "POST /api/customers/search": search,
    "GET /api/customer-columns": () => ({ columns: ["revenue", "last_seen_at"] }),
    "GET /api/customer-filters": () => ({ rows: [] }),
  };
  const asked = (server: ReturnType<typeof fakeServer>) =>
    server.asked.filter(({ path }) => path === "/api/customers/search").map(({ body }) => body);

  it("shows who they are without showing too much, page by page", async () => {
    fakeServer(listed);
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
    const server = fakeServer(listed);
    const { user, router } = renderApp("/customers");
    await user.type(await screen.findByRole("textbox", { name: "搜索客户" }), "nobody");
    expect(await screen.findByText("没有符合条件的客户")).toBeTruthy();
    expect(router.state.location.search).toBe("?q=nobody");
    expect(asked(server)).toMatchObject([{ q: "" }, { q: "nobody" }]);
    await user.click(screen.getByRole("button", { name: "清除筛选" }));
    expect(await screen.findByText("王小明")).toBeTruthy();
    expect(router.state.location.search).toBe("");
  });

  it("filters and sorts on the server, by what stands in the address", async () => {
    const server = fakeServer(listed);
    const { user, router } = renderApp("/customers?segment=11");
    expect(await screen.findByText("王小明")).toBeTruthy();
    expect(await screen.findByText("沉默老客")).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "累计消费" }));
    await waitFor(() => expect(asked(server)).toHaveLength(2));
    await user.click(screen.getByRole("button", { name: "累计消费" }));
    await waitFor(() =>
      expect(asked(server)).toMatchObject([
        { segment_id: 11, sort: "newest" },
        { segment_id: 11, sort: "revenue", is_rising: false },
        { segment_id: 11, sort: "revenue", is_rising: true },
      ]),
    );
    expect(router.state.location.search).toBe("?segment=11&sort=revenue&way=up");
    expect(screen.getByRole("columnheader", { name: "累计消费" }).getAttribute("aria-sort")).toBe(
      "ascending",
    );
  });

  it("says what a deed will touch before it is done, and does it with those who are meant", async () => {
    const bulk = {
      bulk_id: 3,
      action: "lead",
      parameters: {},
      state: "prepared",
      total: 2,
      done: 0,
      changed: 0,
      unchanged: {},
      fault_code: null,
      is_own: true,
      created_at: "2026-03-01T00:00:00Z",
      finished_at: null,
    };
    const server = fakeServer({
      ...listed,
      "GET /api/tasks/colleagues": () => ({ rows: [] }),
      "POST /api/customer-bulks": () => ({ ...bulk, touched: [{ what: "open", count: 1 }] }),
      "POST /api/customer-bulks/3/start": () => ({ ...bulk, state: "running" }),
      "GET /api/customer-bulks/3": () => ({
        ...bulk,
        state: "done",
        done: 2,
        changed: 1,
        unchanged: { same: 1 },
      }),
      "GET /api/customer-bulks/3/unchanged": () => ({ rows: [], next_after: null }),
    });
    const { user } = renderApp("/customers");
    await user.click(await screen.findByRole("checkbox", { name: "选择 王小明" }));
    await user.click(screen.getByRole("button", { name: "选择全部 2 位" }));
    await user.click(screen.getByRole("button", { name: "转线索" }));
    await user.click(await screen.findByRole("button", { name: "下一步" }));
    expect(await screen.findByText("将涉及 2 位客户")).toBeTruthy();
    expect(screen.getByText("其中 1 位已经是线索")).toBeTruthy();
    expect(server.asked.find(({ path }) => path === "/api/customer-bulks")?.body).toMatchObject({
      meant: { customer_ids: null, filter: { q: "" } },
      deed: { kind: "lead", staff_id: null },
    });
    expect(server.asked.some(({ path }) => path.endsWith("/start"))).toBe(false);
    await user.click(screen.getByRole("button", { name: "确认，对 2 位客户执行" }));
    expect(await screen.findByText("1 位有变化")).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "本来就是这样 1 位" }));
    expect(await screen.findByText("只列出仍在、且你能看到的客户。")).toBeTruthy();
    const asked = server.asked.find(({ path }) => path.endsWith("/unchanged"));
    expect(asked?.query.get("why")).toBe("same");
  });

  it("composes a send for those who are chosen, with their segment in force", async () => {
    const server = fakeServer({
      ...listed,
      "POST /api/customers/segments": () => ({ segment_id: 31, list_id: 30, size: 1 }),
    });
    const { user, router } = renderApp("/customers");
    await user.click(await screen.findByRole("checkbox", { name: "选择 王小明" }));
    await user.click(screen.getByRole("button", { name: "群发" }));
    await user.click(await screen.findByRole("button", { name: "去写群发" }));
    await waitFor(() => expect(router.state.location.pathname).toBe("/sends/new"));
    expect(router.state.location.search).toBe("?segment=31");
    expect(server.asked.find(({ path }) => path === "/api/customers/segments")?.body).toMatchObject({
      meant: { customer_ids: [7] },
      is_published: true,
    });
  });

  it("goes straight to the composer where a whole segment is chosen", async () => {
    fakeServer(listed);
    const { user, router } = renderApp("/customers?segment=11");
    await user.click(await screen.findByRole("checkbox", { name: "选择 王小明" }));
    await user.click(screen.getByRole("button", { name: "选择全部 2 位" }));
    await user.click(screen.getByRole("button", { name: "群发" }));
    await waitFor(() => expect(router.state.location.pathname).toBe("/sends/new"));
    expect(router.state.location.search).toBe("?segment=11");
  });

  it("does not ask for segments that the person may not see", async () => {
    fakeServer({ ...listed, "GET /api/session": () => aSession({ rights: [rights.readCustomers] }) });
    renderApp("/customers");
    expect(await screen.findByText("王小明")).toBeTruthy();
    expect(screen.queryByRole("combobox", { name: "按人群筛选" })).toBeNull();
  });
});

describe("one customer", () => {
  const beside = {
    "GET /api/customers/7/history": () => aMergeHistory(aMergeRow()),
    "GET /api/customers/7/orders": () => ({ rows: [], next_after: null }),
    "GET /api/customers/7/messages": () => ({ rows: [], next_after: null }),
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
    expect(screen.getByRole("link", { name: "唤醒" }).getAttribute("href")).toBe("/journeys/21?entry=5");
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
