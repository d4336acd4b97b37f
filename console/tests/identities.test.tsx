import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { rights } from "@/shared/session/rights";
import {
  aConsentMatrix,
  aCustomer,
  aCustomerRow,
  aMergeHistory,
  aMergeRow,
  aSession,
  aSummary,
} from "./support/examples";
import { fakeServer, Refusal } from "./support/fake-server";
import { expectAccessible, renderApp } from "./support/render-app";

const two = aCustomer({
  identities: [
    { profile_id: 7, kind: "phone", value_masked: "138****1234", first_seen_at: "2026-01-01T00:00:00Z" },
    { profile_id: 8, kind: "anonymous_id", value_masked: "ab***yz", first_seen_at: "2026-01-02T00:00:00Z" },
  ],
});

const around = {
  "GET /api/session": () => aSession(),
  "GET /api/summary": () => aSummary(),
  "GET /api/segments": () => ({ rows: [], next_after: null }),
  "GET /api/customers/7": () => two,
  "GET /api/customers/7/timeline": () => ({ rows: [], next_after: null }),
  "GET /api/customers/7/orders": () => ({ rows: [], next_after: null }),
  "GET /api/customers/7/messages": () => ({ rows: [], next_after: null }),
  "GET /api/customers/7/history": () => aMergeHistory(aMergeRow()),
  "GET /api/customers/7/consents": () => aConsentMatrix(),
};

describe("identities and merges", () => {
  it("tells what joined them and undoes it with a reason", async () => {
    const server = fakeServer({
      ...around,
      "POST /api/customers/7/split": () => ({ customer_id: 7, new_customer_id: 8 }),
    });
    const { user } = renderApp("/customers/7");
    const history = await screen.findByRole("region", { name: "合并记录" });
    expect(await within(history).findByText("同一次事件里一起出现", { exact: false })).toBeTruthy();
    await user.click(within(history).getByRole("button", { name: "撤销合并" }));
    const dialog = await screen.findByRole("dialog");
    expect(within(dialog).getByText(/ab\*\*\*yz/)).toBeTruthy();
    await user.click(within(dialog).getByRole("button", { name: "撤销合并" }));
    expect(within(dialog).getByRole("alert").textContent).toBe("请写明原因");
    expect(server.bodiesOf("POST /api/customers/7/split")).toEqual([]);
    await user.type(within(dialog).getByRole("textbox", { name: "原因" }), "母子共用平板");
    await expectAccessible();
    await user.click(within(dialog).getByRole("button", { name: "撤销合并" }));
    expect(await screen.findByText("已拆出为客户 #8")).toBeTruthy();
    expect(server.bodiesOf("POST /api/customers/7/split")).toEqual([
      { profile_ids: [], merge_id: 31, reason: "母子共用平板" },
    ]);
  });

  it("takes chosen identities out, some but not all", async () => {
    const server = fakeServer({
      ...around,
      "POST /api/customers/7/split": () => new Refusal(422, "bad_split"),
    });
    const { user } = renderApp("/customers/7");
    const panel = await screen.findByRole("region", { name: "身份与合并" });
    await user.click(within(panel).getByRole("button", { name: "拆分" }));
    const dialog = await screen.findByRole("dialog");
    const first = within(dialog).getByRole("checkbox", { name: /手机/ });
    const second = within(dialog).getByRole("checkbox", { name: /匿名/ });
    const ok = within(dialog).getByRole("button", { name: "拆分" });
    expect(ok).toHaveProperty("disabled", true);
    await user.click(first);
    await user.click(second);
    expect(ok).toHaveProperty("disabled", true);
    await user.click(first);
    await user.type(within(dialog).getByRole("textbox", { name: "原因" }), "两个人");
    await user.click(ok);
    expect(server.bodiesOf("POST /api/customers/7/split")).toEqual([
      { profile_ids: [8], merge_id: null, reason: "两个人" },
    ]);
    expect(await screen.findByText("拆出去一部分身份，也要留下一部分。")).toBeTruthy();
  });

  it("merges with another customer who is looked for", async () => {
    const server = fakeServer({
      ...around,
      "GET /api/customers": () => ({
        rows: [aCustomerRow({ customer_id: 9, display_name: "王晓明" })],
        next_after: null,
        total: 1,
      }),
      "POST /api/customers/merge": () => ({ customer_id: 7 }),
    });
    const { user } = renderApp("/customers/7");
    const panel = await screen.findByRole("region", { name: "身份与合并" });
    await user.click(within(panel).getByRole("button", { name: "合并" }));
    const dialog = await screen.findByRole("dialog");
    await user.type(within(dialog).getByRole("combobox", { name: "另一位客户" }), "王晓");
    await user.click(await screen.findByText("王晓明"));
    await user.type(within(dialog).getByRole("textbox", { name: "原因" }), "门店核实");
    await user.click(within(dialog).getByRole("button", { name: "合并" }));
    expect(await screen.findByText("已合并为一位客户")).toBeTruthy();
    expect(server.bodiesOf("POST /api/customers/merge")).toEqual([
      { customer_ids: [7, 9], reason: "门店核实" },
    ]);
  });

  it("offers nothing to those who may only read", async () => {
    fakeServer({ ...around, "GET /api/session": () => aSession({ rights: [rights.readCustomers] }) });
    renderApp("/customers/7");
    const history = await screen.findByRole("region", { name: "合并记录" });
    expect(await within(history).findByText("合并")).toBeTruthy();
    for (const name of ["撤销合并", "拆分", "合并", "记录意愿"])
      expect(screen.queryByRole("button", { name })).toBeNull();
  });

  it("lists those who may be several people", async () => {
    fakeServer({
      ...around,
      "GET /api/suspicions": () => ({
        rows: [
          { customer_id: 7, display_name: "王小明", contact_masked: "138****1234", counts: { user_id: 4 } },
        ],
        next_after: null,
      }),
    });
    renderApp("/customers/review");
    expect(await screen.findByText("用户 ID × 4")).toBeTruthy();
    expect(screen.getByRole("link", { name: "王小明" }).getAttribute("href")).toBe("/customers/7");
    await expectAccessible();
  });
});

describe("consent", () => {
  it("shows behind a cell every word with its proof", async () => {
    fakeServer({
      ...around,
      "GET /api/customers/7/consents/records": ({ query }) => {
        expect([query.get("purpose"), query.get("channel")]).toEqual(["marketing", "sms"]);
        return {
          rows: [
            {
              record_id: 1,
              purpose: "marketing",
              channel: "sms",
              state: "granted",
              told_at: "2026-05-01T00:00:00Z",
              recorded_at: "2026-05-01T00:00:00Z",
              source: "event:web",
              actor_kind: "system",
              actor_name: null,
              notice: "同意接收优惠短信",
              reference: "https://shop.example/terms",
              policy_version: "3",
            },
          ],
          next_after: null,
        };
      },
    });
    const { user } = renderApp("/customers/7");
    await user.click(await screen.findByRole("button", { name: "营销 · 短信：已同意" }));
    const dialog = await screen.findByRole("dialog", { name: "营销 · 短信" });
    expect(await within(dialog).findByText("同意接收优惠短信")).toBeTruthy();
    expect(within(dialog).getByText("事件（web） · 隐私政策 3")).toBeTruthy();
    expect(within(dialog).getByText("https://shop.example/terms")).toBeTruthy();
    await expectAccessible();
  });

  it("records a word that the customer gave, with its proof", async () => {
    const server = fakeServer({
      ...around,
      "POST /api/customers/7/consents": () => aConsentMatrix(),
    });
    const { user } = renderApp("/customers/7");
    await user.click(await screen.findByRole("button", { name: "记录意愿" }));
    const dialog = await screen.findByRole("dialog");
    expect(within(dialog).getByText("各渠道都不再发，直到客户取消。")).toBeTruthy();
    await user.type(within(dialog).getByRole("textbox", { name: "看到或听到的内容" }), "电话里说不要再发");
    await user.click(within(dialog).getByRole("button", { name: "记下" }));
    await waitFor(() =>
      expect(server.bodiesOf("POST /api/customers/7/consents")).toEqual([
        {
          purpose: "marketing",
          channel: "*",
          state: "withdrawn",
          notice: "电话里说不要再发",
          reference: "",
          policy_version: "",
          told_at: null,
        },
      ]),
    );
    expect(await screen.findByText("已记入授权账")).toBeTruthy();
  });
});
