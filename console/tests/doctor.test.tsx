import { screen, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { aSession } from "./support/examples";
import { fakeServer } from "./support/fake-server";
import { expectAccessible, renderApp } from "./support/render-app";

describe("the look at the installation", () => {
  it("says what is wrong first, how to mend it and where", async () => {
    fakeServer({
      "GET /api/session": () => aSession(),
      "GET /api/doctor": () => ({
        rows: [
          { key: "consumer_behind", health: "trouble", subject: "reach", figures: { seconds: 1800 } },
          { key: "wecom_none", health: "note", subject: "", figures: {} },
          { key: "space", health: "well", subject: "", figures: { free_mb: 20_480 } },
          { key: "something_new", health: "well", subject: "", figures: {} },
          { key: "channel", health: "well", subject: "云片", figures: {}, kind: "sms" },
        ],
      }),
    });
    renderApp("/settings/doctor");
    const rows = (await within(await screen.findByRole("main")).findAllByRole("listitem")).map(
      (row) => row.textContent,
    );
    expect(rows[0]).toBe("有问题「reach」落后 30 分钟看看工作进程的日志：它可能卡在一批数据上。");
    expect(rows[1]).toContain("还没有连接企业微信");
    expect(screen.getByRole("link", { name: "去处理" }).getAttribute("href")).toBe("/settings/wecom");
    expect(rows[2]).toBe("正常磁盘剩余 20.0 GB");
    expect(rows[3]).toContain("something_new");
    expect(rows[4]).toBe("正常渠道 · 云片（短信）");
    await expectAccessible();
  });
});
