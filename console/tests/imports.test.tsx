import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import type { ImportLook, ImportRow } from "@/api/types";
import { rights } from "@/shared/session/rights";
import { aSession, aSummary } from "./support/examples";
import { fakeServer, Refusal } from "./support/fake-server";
import { expectAccessible, renderApp } from "./support/render-app";

const anImport = (change: Partial<ImportRow> = {}): ImportRow => ({
  import_id: 7,
  state: "uploaded",
  kind: null,
  file_name: "五月.csv",
  source_name: "五月.csv",
  bytes_total: 1000,
  bytes_read: 0,
  rows_done: 0,
  rows_new: 0,
  rows_known: 0,
  rows_refused: 0,
  has_file: true,
  has_rejects: false,
  fault_code: null,
  fault: null,
  created_at: "2026-06-01T03:00:00Z",
  started_at: null,
  moved_at: null,
  finished_at: null,
  plan: null,
  ...change,
});

const aLook = (change: Partial<ImportLook> = {}): ImportLook => ({
  format: "text",
  reading: { encoding: "gb18030", delimiter: "comma", sheet: null },
  sheets: [],
  columns: ["会员号", "付款时间", "金额"],
  rows: [{ line: 2, cells: ["M1", "2026-05-01", "9.9"], fault: null }],
  guess: {
    kind: "orders",
    is_remembered: false,
    costs: {
      spent_on: null,
      amount: null,
      channel: null,
      campaign: null,
      content: null,
      note: null,
      cost_key: null,
    },
    orders: {
      customer: "会员号",
      customer_kind: "member_id",
      order_id: null,
      paid_at: "付款时间",
      total: null,
      quantity: null,
    },
    events: { customer: "会员号", customer_kind: "member_id", at: "付款时间", event: null, message_id: null },
    customers: {
      identities: [{ column: "会员号", kind: "member_id" }],
      attributes: [{ column: "金额", name: "金额", type: "number" }],
      consents: [],
      first_seen_at: null,
    },
  },
  ...change,
});

const base = { "GET /api/session": () => aSession(), "GET /api/summary": () => aSummary() };

describe("an uploaded file", () => {
  it("is started once every column that is needed is chosen", async () => {
    let row = anImport();
    const server = fakeServer({
      ...base,
      "GET /api/imports/7": () => row,
      "POST /api/imports/7/look": () => aLook(),
      "POST /api/imports/7/try": () => ({
        rows: 3,
        refused: 1,
        is_whole: true,
        reasons: [
          {
            code: "empty",
            column: "会员号",
            count: 1,
            line: 4,
            reason: "会员号: empty",
            reason_zh: "会员号：空着，这一列必填",
          },
        ],
      }),
      "POST /api/imports/7/start": () => (row = anImport({ state: "waiting", kind: "orders" })),
    });
    const { user } = renderApp("/imports/7");
    const start = await screen.findByRole<HTMLButtonElement>("button", { name: "开始导入" });
    expect(start.disabled).toBe(true);
    await expectAccessible();
    await user.click(screen.getByRole("combobox", { name: "实付金额（元）" }));
    const options = await screen.findAllByTitle("金额");
    for (const option of options.slice(-1)) await user.click(option);
    await user.click(screen.getByRole("button", { name: "先试读 1,000 行" }));
    expect(await screen.findByText("会员号：空着，这一列必填")).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "开始导入" }));
    expect(await screen.findByText("排队中，马上开始…")).toBeTruthy();
    expect(server.bodiesOf("POST /api/imports/7/start")).toEqual([
      {
        source_name: "五月.csv",
        zone: "Asia/Shanghai",
        at_format: null,
        reading: { encoding: "gb18030", delimiter: "comma", sheet: null },
        mapping: {
          kind: "orders",
          customer: "会员号",
          customer_kind: "member_id",
          paid_at: "付款时间",
          total: "金额",
          order_id: null,
          quantity: null,
          currency: "CNY",
          shop: "default",
          consent_channels: [],
        },
      },
    ]);
  });

  it("tells of customers what each column means", async () => {
    const server = fakeServer({
      ...base,
      "GET /api/imports/7": () => anImport(),
      "POST /api/imports/7/look": () => aLook(),
      "POST /api/imports/7/try": () => ({ rows: 1, refused: 0, is_whole: true, reasons: [] }),
    });
    const { user } = renderApp("/imports/7");
    await user.click(await screen.findByRole("radio", { name: /^客户/ }));
    await user.click(screen.getByRole("checkbox", { name: "短信" }));
    await user.click(screen.getByRole("button", { name: "先试读 1,000 行" }));
    expect(await screen.findByText(/全部可以导入/)).toBeTruthy();
    await expectAccessible();
    expect(server.bodiesOf("POST /api/imports/7/try")[0]).toMatchObject({
      mapping: {
        kind: "customers",
        identities: [{ column: "会员号", kind: "member_id" }],
        attributes: [{ column: "金额", name: "金额", type: "number" }],
        consent_channels: ["sms"],
      },
    });
  });

  it("says in words why it is no table", async () => {
    fakeServer({
      ...base,
      "GET /api/imports/7": () => anImport(),
      "POST /api/imports/7/look": () => new Refusal(422, "bad_table", { why: "title_row" }),
    });
    renderApp("/imports/7");
    expect(await screen.findByText(/第一行是整张表的标题/)).toBeTruthy();
    expect(screen.getByRole<HTMLButtonElement>("button", { name: "开始导入" }).disabled).toBe(true);
  });
});

describe("an import under way", () => {
  it("shows how far it is and can be stopped", async () => {
    let row = anImport({
      state: "running",
      kind: "orders",
      bytes_read: 500,
      rows_done: 5000,
      rows_new: 4990,
      rows_refused: 10,
      started_at: "2026-06-01T03:00:00Z",
      moved_at: "2026-06-01T03:00:02Z",
    });
    fakeServer({
      ...base,
      "GET /api/imports/7": () => row,
      "POST /api/imports/7/look": () => aLook(),
      "POST /api/imports/7/cancel": () => (row = { ...row, state: "cancelled" }),
    });
    const { user } = renderApp("/imports/7");
    expect(await screen.findByText("4,990")).toBeTruthy();
    expect(screen.getByText("每秒 2,500 行")).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "停止导入" }));
    const dialog = await screen.findByRole("dialog");
    await user.click(within(dialog).getByRole("button", { name: "停止导入" }));
    expect(await screen.findByText("已取消")).toBeTruthy();
    expect(await screen.findByRole("button", { name: "重新导入" })).toBeTruthy();
  });

  it("offers the refused rows to those alone who may see them", async () => {
    const done = anImport({
      state: "done",
      kind: "orders",
      has_rejects: true,
      rows_refused: 3,
      has_file: false,
    });
    let session = aSession();
    fakeServer({ "GET /api/session": () => session, "GET /api/imports/7": () => done });
    const first = renderApp("/imports/7");
    const link = await screen.findByRole("link", { name: /下载拒收的行/ });
    expect(link.getAttribute("href")).toBe("/api/imports/7/rejects");
    await expectAccessible();
    first.unmount();
    session = aSession({ rights: [rights.readImports, rights.writeImports] });
    renderApp("/imports/7");
    expect(await screen.findByText("已完成")).toBeTruthy();
    expect(screen.queryByRole("link", { name: /下载拒收的行/ })).toBeNull();
  });
});

describe("the list of imports", () => {
  it("shows what was brought in, and to others no way to bring in more", async () => {
    fakeServer({
      "GET /api/session": () => aSession({ rights: [rights.readImports] }),
      "GET /api/imports": () => ({
        rows: [anImport({ state: "done", kind: "customers", rows_done: 1234 })],
        next_after: null,
      }),
    });
    renderApp("/imports");
    const row = await screen.findByRole("row", { name: /五月.csv/ });
    expect(row.textContent).toContain("1,234");
    await waitFor(() => expect(screen.queryByText("把文件拖到这里，或点击选择")).toBeNull());
    await expectAccessible();
  });
});
