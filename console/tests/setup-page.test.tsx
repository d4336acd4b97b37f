import { screen, waitFor } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { aSession } from "./support/examples";
import { fakeServer, Refusal } from "./support/fake-server";
import { expectAccessible, renderApp } from "./support/render-app";

const nobody = () => new Refusal(401, "unauthenticated");

describe("the first-run set-up", () => {
  it("is where an installation without staff leads, and goes on to the connection", async () => {
    let isOpen = true;
    const server = fakeServer({
      "GET /api/session": nobody,
      "GET /api/setup": () => ({ is_open: isOpen }),
      "POST /api/setup": () => {
        isOpen = false;
        return aSession();
      },
      "GET /api/doctor": () => ({
        rows: [
          { key: "database", health: "well", subject: "", figures: {} },
          { key: "wecom_none", health: "note", subject: "", figures: {} },
        ],
      }),
    });
    const { user, router } = renderApp("/login");
    await screen.findByRole("heading", { name: "开始使用 Siyu" });
    expect(router.state.location.pathname).toBe("/setup");
    await user.click(screen.getByRole("button", { name: "创建并继续" }));
    expect(screen.getAllByRole("alert")).toHaveLength(5);
    await expectAccessible();
    const told = { 设置码: "ABCD-EFGH", 公司名称: "山野集", 你的姓名: "林若溪", 邮箱: "lin@example.com" };
    for (const [label, value] of Object.entries(told)) await user.type(screen.getByLabelText(label), value);
    await user.type(screen.getByLabelText("密码"), "correct horse");
    await user.click(screen.getByRole("button", { name: "创建并继续" }));
    await screen.findByRole("heading", { name: "接上你的客户" });
    expect(server.bodiesOf("POST /api/setup")).toEqual([
      {
        code: "ABCD-EFGH",
        company_name: "山野集",
        name: "林若溪",
        email: "lin@example.com",
        password: "correct horse",
      },
    ]);
    await expectAccessible();
    await user.click(screen.getByRole("button", { name: "下一步" }));
    await screen.findByText("1 项正常，1 项可以补上");
    expect(router.state.location.search).toBe("?step=check");
  });

  it("takes the code from the terminal's address, and says why it was refused", async () => {
    fakeServer({
      "GET /api/session": nobody,
      "GET /api/setup": () => ({ is_open: true }),
      "POST /api/setup": () => new Refusal(403, "wrong_setup_code"),
    });
    const { user } = renderApp("/setup#WXYZ-2345");
    expect(await screen.findByDisplayValue("WXYZ-2345")).toBeTruthy();
    for (const label of ["公司名称", "你的姓名", "邮箱"])
      await user.type(screen.getByLabelText(label), "x@y.cn");
    await user.type(screen.getByLabelText("密码"), "correct horse");
    await user.click(screen.getByRole("button", { name: "创建并继续" }));
    expect(await screen.findByText("设置码不对。它显示在启动 Siyu 的终端里。")).toBeTruthy();
  });

  it("is shut once there is somebody", async () => {
    fakeServer({ "GET /api/session": nobody, "GET /api/setup": () => ({ is_open: false }) });
    const { router } = renderApp("/setup");
    await waitFor(() => expect(router.state.location.pathname).toBe("/login"));
  });
});
