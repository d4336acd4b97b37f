import { act, screen, waitFor, within } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { rights } from "@/shared/session/rights";
import { aCustomer, aSegment, aSession, aSummary } from "./support/examples";
import { fakeServer, Refusal } from "./support/fake-server";
import { expectAccessible, renderApp } from "./support/render-app";

const around = {
  "GET /api/session": () => aSession(),
  "GET /api/summary": () => aSummary(),
  "GET /api/segments": () => ({ rows: [aSegment()], next_after: null }),
  "GET /api/customers/7": () =>
    aCustomer({
      identities: [
        {
          profile_id: 3,
          kind: "phone",
          value_masked: "138****1234",
          first_seen_at: "2026-01-01T00:00:00Z",
        },
      ],
      attributes: { city: "上海", email: "w***@example.cn" },
    }),
  "GET /api/customers/7/timeline": () => ({ rows: [], next_after: null }),
  "GET /api/customers/7/orders": () => ({ rows: [], next_after: null }),
  "GET /api/customers/7/messages": () => ({ rows: [], next_after: null }),
};

afterEach(() => {
  vi.useRealTimers();
});

describe("showing what is masked", () => {
  it("asks for a reason, shows one identity for a minute, and masks it again", async () => {
    const server = fakeServer({
      ...around,
      "POST /api/customers/7/reveal-identity": () => ({ value: "13812341234" }),
    });
    const { user } = renderApp("/customers/7");
    const panel = within(await screen.findByRole("region", { name: /身份/ }, { timeout: 10_000 }));
    await user.click(panel.getByRole("button", { name: "查看完整手机" }));
    const dialog = within(await screen.findByRole("dialog", { name: "查看完整手机" }));
    await user.click(dialog.getByRole("button", { name: /^查\s?看$/ }));
    expect(dialog.getByText(/请写明原因/)).toBeTruthy();
    await user.type(dialog.getByRole("textbox", { name: "查看原因" }), "打 13812341234");
    await user.click(dialog.getByRole("button", { name: /^查\s?看$/ }));
    expect(server.bodiesOf("POST /api/customers/7/reveal-identity")).toEqual([]);
    await user.click(dialog.getByRole("button", { name: "处理投诉" }));
    await expectAccessible();
    vi.useFakeTimers({ shouldAdvanceTime: true, toFake: ["setInterval", "clearInterval", "Date"] });
    await user.click(dialog.getByRole("button", { name: /^查\s?看$/ }));
    expect(await panel.findByText("13812341234")).toBeTruthy();
    expect(server.bodiesOf("POST /api/customers/7/reveal-identity")).toEqual([
      { profile_id: 3, reason: "处理投诉" },
    ]);
    expect(panel.getByText(/秒后遮住/)).toBeTruthy();
    await act(async () => {
      await vi.advanceTimersByTimeAsync(61_000);
    });
    await waitFor(() => expect(panel.queryByText("13812341234")).toBeNull());
    expect(panel.getByText("138****1234")).toBeTruthy();
  });

  it("shows an attribute and hides it on a second click", async () => {
    const server = fakeServer({
      ...around,
      "POST /api/customers/7/reveal-attribute": () => ({ value: "wang@example.cn" }),
    });
    const { user } = renderApp("/customers/7");
    const panel = within(await screen.findByRole("region", { name: "资料" }));
    const eyes = panel.getAllByRole("button");
    expect(eyes).toHaveLength(1);
    await user.click(panel.getByRole("button", { name: "查看完整邮箱" }));
    const dialog = within(await screen.findByRole("dialog"));
    await user.type(dialog.getByRole("textbox", { name: "查看原因" }), "核对身份{Enter}");
    expect(await panel.findByText("wang@example.cn")).toBeTruthy();
    expect(server.bodiesOf("POST /api/customers/7/reveal-attribute")).toEqual([
      { attribute: "email", reason: "核对身份" },
    ]);
    await user.click(panel.getByRole("button", { name: "重新遮住" }));
    expect(panel.getByText("w***@example.cn")).toBeTruthy();
  });

  it("says so where an hour's share is used up", async () => {
    fakeServer({
      ...around,
      "POST /api/customers/7/reveal-identity": () => new Refusal(429, "too_many_reveals"),
    });
    const { user } = renderApp("/customers/7");
    await user.click(await screen.findByRole("button", { name: "查看完整手机" }));
    const dialog = within(await screen.findByRole("dialog"));
    await user.type(dialog.getByRole("textbox", { name: "查看原因" }), "核对身份{Enter}");
    expect(await screen.findByText(/已到上限/)).toBeTruthy();
  });

  it("offers nothing to who may not see it", async () => {
    fakeServer({ ...around, "GET /api/session": () => aSession({ rights: [rights.readCustomers] }) });
    renderApp("/customers/7");
    expect(await screen.findByText("w***@example.cn")).toBeTruthy();
    expect(screen.queryByRole("button", { name: /查看完整/ })).toBeNull();
  });
});
