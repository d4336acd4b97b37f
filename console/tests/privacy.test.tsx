import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import type { PrivacyRequest, Retention } from "@/api/types";
import { rights } from "@/shared/session/rights";
import { aConsentMatrix, aCustomer, aMergeHistory, aSession, aSummary } from "./support/examples";
import { fakeServer } from "./support/fake-server";
import { expectAccessible, renderApp } from "./support/render-app";

const aRequest = (change: Partial<PrivacyRequest> = {}): PrivacyRequest => ({
  request_id: 5,
  kind: "erasure",
  customer_id: 7,
  customer: "王小明",
  profiles: 2,
  state: "waiting",
  step: null,
  reason: "asked_by_customer",
  requested_by: "customer:7",
  requested_at: "2026-05-30T00:00:00Z",
  decided_by: null,
  decided_at: null,
  ended_at: null,
  counts: {},
  traces: null,
  has_certificate: false,
  has_file: false,
  expires_at: null,
  ...change,
});

const aRetention = (): Retention => ({
  classes: [
    {
      name: "audit",
      zh: "审计",
      en: "Audit",
      days: 1095,
      default_days: 1095,
      least_days: 180,
      most_days: 3650,
      may_be_kept: false,
    },
    {
      name: "anonymous",
      zh: "沉默的匿名访客",
      en: "Silent visitors",
      days: 730,
      default_days: 730,
      least_days: 30,
      most_days: 3650,
      may_be_kept: true,
    },
  ],
  changed_at: null,
  changed_by: null,
  removals: [{ name: "anonymous", removed: 12, removed_at: "2026-05-30T00:00:00Z" }],
});

const around = {
  "GET /api/session": () => aSession(),
  "GET /api/summary": () => aSummary(),
  "GET /api/segments": () => ({ rows: [], next_after: null }),
  "GET /api/customers/7": () => aCustomer(),
  "GET /api/customers/7/timeline": () => ({ rows: [], next_after: null }),
  "GET /api/customers/7/orders": () => ({ rows: [], next_after: null }),
  "GET /api/customers/7/messages": () => ({ rows: [], next_after: null }),
  "GET /api/customers/7/history": () => aMergeHistory(),
  "GET /api/customers/7/consents": () => aConsentMatrix(),
};

describe("erasing a customer", () => {
  it("shows what goes and what stays, and asks for a word", async () => {
    const server = fakeServer({
      ...around,
      "GET /api/customers/7/known": () => ({
        customer_id: 7,
        profiles: 2,
        goes: { identities: 2, attributes: 5, custody: 0 },
        stays: { orders: 2 },
      }),
      "POST /api/customers/7/erasures": () => aRequest(),
      "POST /api/privacy/erasures/approve": () => ({ request_ids: [5] }),
    });
    const { user } = renderApp("/customers/7");
    await user.click(await screen.findByRole("button", { name: /删除客户/ }));
    const dialog = await screen.findByRole("dialog");
    expect(await within(dialog).findByText("资料")).toBeTruthy();
    expect(within(dialog).queryByText("归属")).toBeNull();
    const confirm = within(dialog).getByRole<HTMLButtonElement>("button", { name: "永久删除" });
    expect(confirm.disabled).toBe(true);
    await user.type(within(dialog).getByRole("textbox", { name: "请输入「删除」确认" }), "删");
    expect(confirm.disabled).toBe(true);
    expect(server.bodiesOf("POST /api/customers/7/erasures")).toEqual([]);
    await user.type(within(dialog).getByRole("textbox", { name: "请输入「删除」确认" }), "除");
    await expectAccessible();
    await user.click(confirm);
    expect(await screen.findByText(/删除已开始/)).toBeTruthy();
    expect(server.bodiesOf("POST /api/customers/7/erasures")).toEqual([{ reason: "asked_by_customer" }]);
    expect(server.bodiesOf("POST /api/privacy/erasures/approve")).toEqual([
      { request_ids: [5], word: "删除" },
    ]);
  });

  it("is not offered without the right", async () => {
    fakeServer({ ...around, "GET /api/session": () => aSession({ rights: [rights.readCustomers] }) });
    renderApp("/customers/7");
    expect(await screen.findByRole("region", { name: "资料" })).toBeTruthy();
    expect(screen.queryByRole("button", { name: /删除客户/ })).toBeNull();
    expect(screen.queryByRole("button", { name: /导出副本/ })).toBeNull();
  });

  it("leaves a page that says so", async () => {
    fakeServer({
      ...around,
      "GET /api/customers/7": () => aCustomer({ erased_at: "2026-05-30T00:00:00Z", attributes: {} }),
    });
    renderApp("/customers/7");
    expect(await screen.findByRole("region", { name: "已删除的客户" })).toBeTruthy();
    expect(screen.queryByRole("button", { name: /删除客户/ })).toBeNull();
  });

  it("offers the copy when it is made", async () => {
    fakeServer({
      ...around,
      "POST /api/customers/7/exports": () => aRequest({ kind: "export", state: "queued" }),
      "GET /api/privacy/requests/5": () => aRequest({ kind: "export", state: "done", has_file: true }),
    });
    const { user } = renderApp("/customers/7");
    await user.click(await screen.findByRole("button", { name: /导出副本/ }));
    await user.click(within(await screen.findByRole("dialog")).getByRole("button", { name: "生成文件" }));
    const link = await screen.findByRole<HTMLAnchorElement>("link", { name: /下载/ });
    expect(link.getAttribute("href")).toBe("/api/privacy/requests/5/file");
  });
});

describe("privacy", () => {
  it("lists erasures with their proof, and approves one that waits", async () => {
    const server = fakeServer({
      ...around,
      "GET /api/privacy/requests": () => ({
        rows: [
          aRequest(),
          aRequest({ request_id: 4, customer: "", state: "done", traces: 0, has_certificate: true }),
          aRequest({ request_id: 3, state: "running", step: "columns" }),
        ],
        next_after: null,
      }),
      "POST /api/privacy/erasures/approve": () => ({ request_ids: [5] }),
    });
    const { user } = renderApp("/privacy");
    const table = await screen.findByRole("table", { name: "删除" });
    expect(await within(table).findByText("全面查找：0 处残留")).toBeTruthy();
    expect(within(table).getByText("重写列存")).toBeTruthy();
    const names = within(table).getAllByRole("link", { name: /王小明|客户/ });
    expect(names.map(({ textContent }) => textContent)).toEqual(["王小明", "客户 #7", "王小明"]);
    expect(
      within(table)
        .getByRole("link", { name: /下载凭证/ })
        .getAttribute("href"),
    ).toBe("/api/privacy/requests/4/certificate");
    await expectAccessible();
    await user.click(within(table).getByRole("button", { name: /^批\s?准$/ }));
    const dialog = await screen.findByRole("dialog", { name: "批准删除 · 王小明" });
    await user.type(within(dialog).getByRole("textbox"), "删除");
    await user.click(within(dialog).getByRole("button", { name: "永久删除" }));
    await waitFor(() =>
      expect(server.bodiesOf("POST /api/privacy/erasures/approve")).toEqual([
        { request_ids: [5], word: "删除" },
      ]),
    );
  });

  it("tries rules of retention before they can be saved", async () => {
    const server = fakeServer({
      ...around,
      "GET /api/privacy/retention": () => aRetention(),
      "POST /api/privacy/retention/preview": () => ({ counts: { audit: 0, anonymous: 42 } }),
      "PUT /api/privacy/retention": () => aRetention(),
    });
    const { user } = renderApp("/privacy/retention");
    const days = await screen.findByRole("spinbutton", { name: "沉默的匿名访客 · 天" });
    const save = screen.getByRole<HTMLButtonElement>("button", { name: /保\s?存/ });
    expect(save.disabled).toBe(true);
    await user.clear(days);
    await user.type(days, "90");
    expect(save.disabled).toBe(true);
    await user.click(screen.getByRole("button", { name: /试\s?算/ }));
    expect(await screen.findByText("现在会清理 42")).toBeTruthy();
    await expectAccessible();
    await user.click(save);
    await waitFor(() =>
      expect(server.bodiesOf("PUT /api/privacy/retention")).toEqual([
        { days: { audit: 1095, anonymous: 90 } },
      ]),
    );
  });

  it("refuses days out of range", async () => {
    fakeServer({ ...around, "GET /api/privacy/retention": () => aRetention() });
    const { user } = renderApp("/privacy/retention");
    const days = await screen.findByRole("spinbutton", { name: "审计 · 天" });
    await user.clear(days);
    await user.type(days, "30");
    expect((await screen.findByText("请填写允许范围内的天数")).getAttribute("role")).toBe("alert");
  });
});
