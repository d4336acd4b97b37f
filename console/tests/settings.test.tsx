import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { rights } from "@/shared/session/rights";
import { aKey, aSession } from "./support/examples";
import { fakeServer } from "./support/fake-server";
import { expectAccessible, renderApp } from "./support/render-app";

const units = {
  rows: [
    { unit_id: 1, name: "总部", parent_id: null, path: "1." },
    { unit_id: 2, name: "静安店", parent_id: 1, path: "1.2." },
  ],
  next_after: null,
};

describe("keys", () => {
  it("shows a new key's secret once", async () => {
    let keys = [aKey()];
    const server = fakeServer({
      "GET /api/session": () => aSession(),
      "GET /api/keys": () => ({ rows: keys, next_after: null }),
      "POST /api/keys": () => {
        const key = aKey({ key_id: 4, name: "小程序" });
        keys = [key, ...keys];
        return { key, secret: "siyu_w_the-secret" };
      },
    });
    const { user } = renderApp("/settings");
    await user.click(await screen.findByRole("button", { name: /新建密钥/ }));
    const form = await screen.findByRole("dialog");
    await user.click(within(form).getByRole("button", { name: "新建密钥" }));
    expect(within(form).getByText("请填写名称，方便以后认出它")).toBeTruthy();
    await user.type(within(form).getByRole("textbox", { name: "名称" }), "小程序");
    await user.click(within(form).getByRole("button", { name: "新建密钥" }));
    expect(await screen.findByText("siyu_w_the-secret")).toBeTruthy();
    await expectAccessible();
    expect(server.bodiesOf("POST /api/keys")).toEqual([{ name: "小程序", kind: "write", role: null }]);
    expect(server.asked.find(({ method }) => method === "POST")?.headers.get("X-CSRF-Token")).toBe("token-1");
    await user.click(screen.getByRole("button", { name: "我已保存" }));
    await waitFor(() => expect(screen.queryByText("siyu_w_the-secret")).toBeNull());
    expect(await screen.findByText("小程序")).toBeTruthy();
  });

  it("revokes after asking", async () => {
    let key = aKey();
    fakeServer({
      "GET /api/session": () => aSession(),
      "GET /api/keys": () => ({ rows: [key], next_after: null }),
      "DELETE /api/keys/3": () => {
        key = aKey({ revoked_at: "2026-06-01T00:00:00Z" });
        return undefined;
      },
    });
    const { user } = renderApp("/settings/keys");
    await user.click(await screen.findByRole("button", { name: "吊销" }));
    const dialog = await screen.findByRole("dialog");
    await user.click(within(dialog).getByRole("button", { name: "吊销" }));
    expect(await screen.findByText("已吊销")).toBeTruthy();
    expect(within(screen.getByRole("main")).queryByRole("button", { name: "吊销" })).toBeNull();
  });
});

describe("staff", () => {
  const admin = aSession().staff;

  it("adds somebody with a role and a unit", async () => {
    const server = fakeServer({
      "GET /api/session": () => aSession(),
      "GET /api/staff": () => ({ rows: [admin], next_after: null }),
      "GET /api/units": () => units,
      "POST /api/staff": () => ({ ...admin, staff_id: 2, name: "陈一鸣" }),
    });
    const { user } = renderApp("/settings/staff");
    await user.click(await screen.findByRole("button", { name: /添加员工/ }));
    const form = await screen.findByRole("dialog");
    await user.type(within(form).getByRole("textbox", { name: "姓名" }), "陈一鸣");
    await user.type(within(form).getByRole("textbox", { name: "邮箱" }), "chen@example.com");
    await user.type(within(form).getByLabelText("初始密码"), "short");
    await user.click(within(form).getByRole("button", { name: "添加员工" }));
    expect(within(form).getByText("至少 8 位")).toBeTruthy();
    await user.type(within(form).getByLabelText("初始密码"), "-but-longer");
    await user.click(within(form).getByRole("combobox", { name: "所属部门" }));
    await user.click(await screen.findByTitle("总部 / 静安店"));
    await user.click(within(form).getByRole("button", { name: "添加员工" }));
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(server.bodiesOf("POST /api/staff")).toEqual([
      {
        name: "陈一鸣",
        email: "chen@example.com",
        password: "short-but-longer",
        role: "operator",
        unit_id: 2,
        own_only: null,
      },
    ]);
  });

  it("deactivates others, after asking, and never oneself", async () => {
    let colleague = { ...admin, staff_id: 2, name: "陈一鸣" };
    fakeServer({
      "GET /api/session": () => aSession(),
      "GET /api/staff": () => ({ rows: [admin, colleague], next_after: null }),
      "DELETE /api/staff/2": () => {
        colleague = { ...colleague, is_active: false };
        return undefined;
      },
    });
    const { user } = renderApp("/settings/staff");
    const main = within(await screen.findByRole("main"));
    await user.click(await main.findByRole("button", { name: "陈一鸣 的更多操作" }));
    await user.click(await screen.findByRole("menuitem", { name: "停用" }));
    const dialog = await screen.findByRole("dialog");
    await user.click(within(dialog).getByRole("button", { name: "停用" }));
    expect(await main.findByText("已停用")).toBeTruthy();
    expect(main.queryByRole("button", { name: /更多操作/ })).toBeNull();
  });

  it("shows colleagues to those who may not change them", async () => {
    fakeServer({
      "GET /api/session": () => aSession({ rights: [rights.readCompany] }),
      "GET /api/staff": () => ({ rows: [admin], next_after: null }),
    });
    const { router } = renderApp("/settings");
    expect(await screen.findByRole("row", { name: /林若溪/ })).toBeTruthy();
    expect(router.state.location.pathname).toBe("/settings/staff");
    expect(screen.queryByRole("button", { name: /添加员工/ })).toBeNull();
    expect(screen.queryByRole("link", { name: "密钥" })).toBeNull();
  });
});

describe("the audit", () => {
  const aLine = {
    at: "2026-06-01T00:00:00Z",
    actor_kind: "staff",
    actor_name: "陈一鸣",
    verb: "api.publish_segment",
    subject: "segment:11",
    outcome: "denied",
    fields: { version: 3 },
  };

  it("shows what was refused as plainly as what was done", async () => {
    fakeServer({
      "GET /api/session": () => aSession(),
      "GET /api/audit": () => ({
        rows: [aLine],
        next_after: null,
      }),
    });
    renderApp("/settings/audit");
    const row = await screen.findByRole("row", { name: /陈一鸣/ });
    expect(row.textContent).toContain("拒绝");
    expect(row.textContent).toContain("版本 3");
    expect(row.textContent).toContain("接口请求 · publish_segment");
    expect(row.textContent).toContain("人群 11");
    await expectAccessible();
  });

  it("is narrowed in the address, and says when nothing fits", async () => {
    const server = fakeServer({
      "GET /api/session": () => aSession(),
      "GET /api/audit": ({ query }) => ({ rows: query.has("since") ? [] : [aLine], next_after: null }),
    });
    const asked = () => Object.fromEntries(server.asked.at(-1)?.query ?? []);
    const { user, router } = renderApp("/settings/audit");
    await screen.findByRole("row", { name: /陈一鸣/ });
    await user.type(screen.getByRole("combobox", { name: "做了什么" }), "客户 · 全部");
    await user.click(await screen.findByTitle("客户 · 全部"));
    await waitFor(() => expect(asked()).toEqual({ size: "50", verb: "customers" }));
    expect(router.state.location.search).toBe("?verb=customers");
    fireEvent.change(screen.getByLabelText("从哪天起"), { target: { value: "2026-06-01" } });
    expect(await screen.findByText("没有符合的记录")).toBeTruthy();
    expect(asked()).toEqual({ size: "50", verb: "customers", since: "2026-05-31T16:00:00.000Z" });
    await user.click(within(screen.getByRole("search")).getByRole("button", { name: "清除筛选" }));
    await screen.findByRole("row", { name: /陈一鸣/ });
    expect(router.state.location.search).toBe("");
  });

  it("asks for what an address says, and leads to what was changed", async () => {
    const server = fakeServer({
      "GET /api/session": () =>
        aSession({ rights: [rights.readAudit, rights.readCompany, rights.readCustomers] }),
      "GET /api/staff": () => ({ rows: [{ ...aSession().staff, is_active: false }], next_after: null }),
      "GET /api/audit": () => ({
        rows: [
          { ...aLine, verb: "customers.reveal", subject: "customer:7" },
          { ...aLine, subject: "post:180" },
        ],
        next_after: null,
      }),
    });
    renderApp(
      "/settings/audit?staff=1&kind=customer&id=7&outcome=denied&since=soon&until=2026-06-01&verb=customers",
    );
    expect((await screen.findByRole("link", { name: "客户 7" })).getAttribute("href")).toBe("/customers/7");
    // Whoever may not see such a thing is told of it, and not sent there.
    expect(screen.getByText("群聊或朋友圈 180")).toBeTruthy();
    expect(screen.queryByRole("link", { name: "群聊或朋友圈 180" })).toBeNull();
    expect(await screen.findByText("林若溪", { selector: ".ant-select *" })).toBeTruthy();
    const audit = server.asked.find(({ path }) => path === "/api/audit");
    expect(Object.fromEntries(audit?.query ?? [])).toEqual({
      size: "50",
      staff_id: "1",
      verb: "customers",
      subject: "customer:7",
      outcome: "denied",
      until: "2026-06-01T16:00:00.000Z",
    });
  });
});
