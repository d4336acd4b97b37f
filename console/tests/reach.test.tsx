import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import type { HandTask } from "@/api/types";

import { aSession, aSummary, reachRules } from "./support/examples";
import { fakeServer } from "./support/fake-server";
import { expectAccessible, renderApp } from "./support/render-app";

const around = {
  "GET /api/session": () => aSession(),
  "GET /api/summary": () => aSummary(),
};

describe("the rules of reach", () => {
  it("are shown, changed and saved as a whole", async () => {
    const server = fakeServer({
      ...around,
      "GET /api/reach/rules": () => reachRules,
      "PUT /api/reach/rules": () => ({ ...reachRules, version: 1, set_at: "2026-06-01T04:00:00Z" }),
    });
    const { user } = renderApp("/settings/reach");
    const webhook = within(await screen.findByRole("region", { name: "Webhook" }));
    expect(webhook.getByText("90%")).toBeTruthy();
    expect(webhook.queryByRole("switch")).toBeNull();
    const save = screen.getByRole<HTMLButtonElement>("button", { name: "保存规则" });
    expect(save.disabled).toBe(true);
    await user.type(screen.getByRole("spinbutton", { name: "短信 · 每日配额" }), "500");
    await user.click(screen.getByRole("switch", { name: "启用免打扰" }));
    await user.clear(screen.getByRole("spinbutton", { name: "最多提醒" }));
    await user.type(screen.getByRole("spinbutton", { name: "最多提醒" }), "3");
    expect(screen.getByText(/邮件断开了，12 条消息/)).toBeTruthy();
    await user.click(save);
    await waitFor(() =>
      expect(server.bodiesOf("PUT /api/reach/rules")).toEqual([
        {
          version: 0,
          rules: {
            ...reachRules.rules,
            quiet: null,
            confirming: { ...reachRules.rules.confirming, reminders_max: 3 },
            channels: { sms: { limits: {}, may_repeat: false, quota_per_day: 500 } },
          },
        },
      ]),
    );
    expect(await screen.findByText(/第 1 版/)).toBeTruthy();
    await expectAccessible();
  });
});

describe("what is to go by hand", () => {
  it("is copied, and said to be sent", async () => {
    const task: HandTask = {
      message_id: 7,
      customer_id: 12,
      customer: "小林",
      staff: "店员",
      title: "你好",
      body: "小林，看看这个",
      link_url: null,
      attachments: [{ kind: "link", url: "https://chenxi.example/tea", title: "本周茶单" }],
      state: "open",
      created_at: "2026-06-01T04:00:00Z",
      expires_at: null,
      ended_at: null,
    };
    let rows = [task];
    fakeServer({
      ...around,
      "GET /api/reach/hand-tasks": () => ({ rows, next_after: null }),
      "POST /api/reach/hand-tasks/7/sent": () => {
        rows = [];
        return { ...task, state: "done" };
      },
    });
    const { user } = renderApp("/by-hand");
    const row = within(await screen.findByRole("listitem", { name: "小林" }));
    expect(row.getByText(/看看这个/)).toBeTruthy();
    expect(row.getByRole("link", { name: "本周茶单" }).getAttribute("href")).toBe(
      "https://chenxi.example/tea",
    );
    await user.click(row.getByRole("button", { name: /复制/ }));
    expect(await navigator.clipboard.readText()).toBe("小林，看看这个\nhttps://chenxi.example/tea");
    await user.click(row.getByRole("button", { name: /已发/ }));
    expect(await screen.findByText("没有要亲手发的消息")).toBeTruthy();
  });
});
