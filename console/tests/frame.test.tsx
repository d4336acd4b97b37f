import { screen, waitFor, within } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { rights } from "@/shared/session/rights";
import { aSession, aSummary } from "./support/examples";
import { fakeServer, Refusal } from "./support/fake-server";
import { expectAccessible, renderApp } from "./support/render-app";

const nobody = () => new Refusal(401, "unauthorized");

async function fillIn(user: ReturnType<typeof renderApp>["user"], password: string) {
  await user.type(await screen.findByLabelText("邮箱"), "lin@example.com");
  await user.type(screen.getByLabelText("密码"), password);
  await user.click(screen.getByRole("button", { name: "登录" }));
}

describe("logging in", () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it("leads back to the page that was asked for", async () => {
    let session: unknown = nobody();
    const server = fakeServer({
      "GET /api/session": () => session,
      "POST /api/session": () => (session = aSession()),
      "GET /api/keys": () => ({ rows: [], next_after: null }),
    });
    const { user, router } = renderApp("/settings/keys");
    await fillIn(user, "right-password");
    expect(await screen.findByText("还没有密钥")).toBeTruthy();
    expect(router.state.location.pathname).toBe("/settings/keys");
    expect(server.bodiesOf("POST /api/session")).toEqual([
      { email: "lin@example.com", password: "right-password", code: "" },
    ]);
  });

  it("asks for the code of the second step once the password is right", async () => {
    let session: unknown = nobody();
    const server = fakeServer({
      "GET /api/session": () => session,
      "POST /api/session": () => {
        const [first, second] = server.bodiesOf("POST /api/session");
        if (first && !second) return new Refusal(401, "second_step_needed");
        return (session = aSession());
      },
      "GET /api/summary": () => aSummary(),
    });
    const { user } = renderApp("/login");
    await fillIn(user, "right-password");
    const code = await screen.findByLabelText("验证码");
    expect(document.activeElement).toBe(code);
    expect(screen.queryByRole("alert")).toBeNull();
    await expectAccessible();
    await user.type(code, "123456{Enter}");
    await screen.findByRole("heading", { name: "概览" });
    expect(server.bodiesOf("POST /api/session")[1]).toEqual({
      email: "lin@example.com",
      password: "right-password",
      code: "123456",
    });
  });

  it.each(["//evil.example/", "/\\evil.example", "https://evil.example/"])(
    "never leads out of the house: %s",
    async (next) => {
      fakeServer({ "GET /api/session": () => aSession(), "GET /api/summary": () => aSummary() });
      const { router } = renderApp(`/login?next=${encodeURIComponent(next)}`);
      await screen.findByRole("heading", { name: "概览" });
      expect(router.state.location.pathname).toBe("/");
    },
  );

  it("says that the password is wrong, and what is missing", async () => {
    const server = fakeServer({ "GET /api/session": nobody, "POST /api/session": nobody });
    const { user } = renderApp("/login");
    await user.click(await screen.findByRole("button", { name: "登录" }));
    expect(screen.getByText("请填写邮箱")).toBeTruthy();
    expect(server.bodiesOf("POST /api/session")).toEqual([]);
    await fillIn(user, "wrong");
    expect(await screen.findByText(/邮箱或密码不对/)).toBeTruthy();
    await expectAccessible();
  });

  it("counts down when it was tried too often, then lets in again", async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true, toFake: ["Date", "setTimeout", "clearTimeout"] });
    fakeServer({
      "GET /api/session": nobody,
      "POST /api/session": () => new Refusal(429, "busy", { retry_after_seconds: 30 }),
    });
    const { user } = renderApp("/login");
    await fillIn(user, "wrong");
    expect(await screen.findByText("尝试次数太多，请在 30 秒后再试。")).toBeTruthy();
    expect(screen.getByRole<HTMLButtonElement>("button", { name: /登录/ }).disabled).toBe(true);
    await vi.advanceTimersByTimeAsync(31_000);
    await waitFor(() => expect(screen.getByText("现在可以再试了。")).toBeTruthy());
    expect(screen.getByRole<HTMLButtonElement>("button", { name: /登录/ }).disabled).toBe(false);
  });
});

describe("the frame", () => {
  it("shows only what the person may see, and starts them there", async () => {
    fakeServer({
      "GET /api/session": () => aSession({ rights: [rights.readCustomers] }),
      "GET /api/customers": () => ({ rows: [], next_after: null, total: 0 }),
    });
    const { router } = renderApp("/");
    await screen.findByRole("heading", { name: "客户" });
    expect(router.state.location.pathname).toBe("/customers");
    const nav = screen.getByRole("navigation", { name: "主导航" });
    expect(
      within(nav)
        .getAllByRole("link")
        .map((link) => link.textContent),
    ).toEqual(["客户"]);
  });

  it("explains a page that the person may not see", async () => {
    fakeServer({ "GET /api/session": () => aSession({ rights: [rights.readCustomers] }) });
    renderApp("/journeys");
    expect(await screen.findByRole("heading", { name: "没有权限" })).toBeTruthy();
    await expectAccessible();
  });

  it("goes to the log-in page when the session ends meanwhile", async () => {
    fakeServer({
      "GET /api/session": () => aSession(),
      "GET /api/keys": nobody,
    });
    const { router } = renderApp("/settings/keys");
    expect(await screen.findByRole("heading", { name: "登录" })).toBeTruthy();
    expect(router.state.location.search).toBe("?next=%2Fsettings%2Fkeys");
  });

  it("logs out", async () => {
    let session: unknown = aSession();
    const server = fakeServer({
      "GET /api/session": () => session,
      "GET /api/summary": () => aSummary(),
      "DELETE /api/session": () => {
        session = nobody();
        return undefined;
      },
    });
    const { user } = renderApp("/");
    await user.click(await screen.findByRole("button", { name: /林若溪/ }));
    await user.click(await screen.findByText("退出登录"));
    expect(await screen.findByRole("heading", { name: "登录" })).toBeTruthy();
    expect(server.asked.some(({ method }) => method === "DELETE")).toBe(true);
  });

  it("changes one's own password and asks to log in again", async () => {
    const server = fakeServer({
      "GET /api/session": () => aSession(),
      "GET /api/summary": () => aSummary(),
      "POST /api/staff/1/password": () => undefined,
    });
    const { user } = renderApp("/");
    await user.click(await screen.findByRole("button", { name: /林若溪/ }));
    await user.click(await screen.findByText("修改密码"));
    const dialog = await screen.findByRole("dialog");
    await user.type(within(dialog).getByLabelText("当前密码"), "old-password");
    await user.type(within(dialog).getByLabelText("新密码"), "new");
    await user.click(within(dialog).getByRole("button", { name: "修改密码" }));
    expect(within(dialog).getByText("至少 8 位")).toBeTruthy();
    await user.type(within(dialog).getByLabelText("新密码"), "-password");
    await user.click(within(dialog).getByRole("button", { name: "修改密码" }));
    expect(await screen.findByRole("heading", { name: "登录" })).toBeTruthy();
    expect(server.bodiesOf("POST /api/staff/1/password")).toEqual([
      { current_password: "old-password", new_password: "new-password" },
    ]);
  });

  it("speaks English when asked to, and remembers", async () => {
    fakeServer({ "GET /api/session": () => aSession(), "GET /api/summary": () => aSummary() });
    const first = renderApp("/");
    await first.user.click(await screen.findByRole("button", { name: "English" }));
    expect(screen.getByRole("heading", { name: "Overview" })).toBeTruthy();
    expect(document.documentElement.lang).toBe("en");
    first.unmount();
    renderApp("/");
    expect(await screen.findByRole("heading", { name: "Overview" })).toBeTruthy();
  });

  it("turns dark when asked to", async () => {
    fakeServer({ "GET /api/session": () => aSession(), "GET /api/summary": () => aSummary() });
    const { user } = renderApp("/");
    await user.click(await screen.findByRole("button", { name: "切换到深色" }));
    expect(document.documentElement.dataset.theme).toBe("dark");
  });

  it("knows its own addresses only", async () => {
    fakeServer({ "GET /api/session": () => aSession() });
    renderApp("/no/such/page");
    expect(await screen.findByRole("heading", { name: "没有这个页面" })).toBeTruthy();
  });

  it("keeps standing when a page breaks", async () => {
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    fakeServer({
      "GET /api/session": () => aSession(),
      // A server of another time: no `rfm` in its answer.
      "GET /api/summary": () => ({ ...aSummary(), rfm: null }),
    });
    renderApp("/");
    expect(await screen.findByRole("heading", { name: "这个页面出了问题" })).toBeTruthy();
    expect(screen.getByRole("navigation", { name: "主导航" })).toBeTruthy();
  });
});
