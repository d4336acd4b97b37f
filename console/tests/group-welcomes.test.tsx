import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import type { GroupWelcomeRow } from "@/api/types";
import { aSession, aSummary } from "./support/examples";
import { fakeServer } from "./support/fake-server";
import { expectAccessible, renderApp } from "./support/render-app";

const unclear: GroupWelcomeRow = {
  welcome_id: 3,
  corp_id: "ww1",
  name: "会员日",
  content: { text: "%NICKNAME% 您好", attachment: null },
  state: "unclear",
  refusal: 0,
  changed_by: "小满",
  changed_at: "2026-06-01T04:00:00Z",
};

describe("welcomes of groups", () => {
  it("are written, asked for again and taken away", async () => {
    const rows = [unclear];
    const server = fakeServer({
      "GET /api/session": () => aSession(),
      "GET /api/summary": () => aSummary(),
      "GET /api/group-welcomes": () => ({ rows, corps: [{ corp_id: "ww1", name: "晨曦" }], most: 100 }),
      "POST /api/group-welcomes": () => unclear,
      "POST /api/group-welcomes/3/again": () => unclear,
      "DELETE /api/group-welcomes/3": () => null,
    });
    const { user } = renderApp("/groups/welcomes");
    expect(await screen.findByText("［昵称］ 您好")).toBeTruthy();
    expect(screen.getByText(/可能已经存好/)).toBeTruthy();
    await expectAccessible();
    await user.click(screen.getByRole("button", { name: "再提交一次" }));
    await waitFor(() => expect(server.bodiesOf("POST /api/group-welcomes/3/again")).toHaveLength(1));
    await user.click(screen.getByRole("button", { name: /新建欢迎语/ }));
    const dialog = within(await screen.findByRole("dialog"));
    await user.type(dialog.getByRole("textbox", { name: "名称" }), "茶友");
    await user.type(dialog.getByRole("textbox", { name: "欢迎语" }), "你好，");
    await user.click(dialog.getByRole("button", { name: "插入客户昵称" }));
    await user.click(dialog.getByRole("button", { name: /保\s*存/ }));
    await waitFor(() =>
      expect(server.bodiesOf("POST /api/group-welcomes")).toEqual([
        { corp_id: "ww1", name: "茶友", content: { text: "你好，%NICKNAME%", attachment: null } },
      ]),
    );
  });
});
