import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import type { Enquiry } from "@/api/types";
import { aSession, aSummary } from "./support/examples";
import { fakeServer } from "./support/fake-server";
import { expectAccessible, renderApp } from "./support/render-app";

const open: Enquiry = {
  enquiry_id: 5,
  asked_by: "店员",
  asked_at: "2026-06-01T04:00:00Z",
  is_mine: false,
  text: "杯子漏水能换吗",
  customer_id: 12,
  customer: "小林",
  task_id: null,
  script_id: null,
  script: "",
  journey_id: null,
  journey: "",
  step: null,
  state: "open",
  subject: "",
  answer: "",
  is_shared: false,
  ended_by: "",
  ended_at: null,
  read_at: null,
  made_script_id: null,
  made_script: "",
  wish: null,
};
const answered: Enquiry = {
  ...open,
  state: "answered",
  subject: "漏水怎么办",
  answer: "30 天内换新",
  is_shared: true,
  ended_by: "林若溪",
  ended_at: "2026-06-01T05:00:00Z",
};

describe("questions of the front line", () => {
  it("are answered, and the answer becomes a script", async () => {
    let now = open;
    const server = fakeServer({
      "GET /api/session": () => aSession(),
      "GET /api/summary": () => aSummary(),
      "GET /api/enquiries": () => ({ rows: now.state === "open" ? [now] : [], next_after: null }),
      "GET /api/enquiries/5": () => now,
      "POST /api/enquiries/5/answer": () => (now = answered),
      "POST /api/enquiries/5/script": () =>
        (now = { ...answered, made_script_id: 9, made_script: "漏水怎么办" }),
      "GET /api/scripts": () => ({ rows: [], next_after: null }),
    });
    const { user } = renderApp("/tasks/enquiries");
    await user.click(await screen.findByRole("button", { name: "杯子漏水能换吗" }));
    const drawer = within(await screen.findByRole("dialog"));
    await user.click(await drawer.findByLabelText("怎么回答"));
    await user.paste("30 天内换新");
    await user.click(drawer.getByRole("button", { name: /^答\s*复$/ }));
    await waitFor(() =>
      expect(server.bodiesOf("POST /api/enquiries/5/answer")).toEqual([
        { subject: "杯子漏水能换吗", text: "30 天内换新", is_shared: true },
      ]),
    );
    await user.click(await drawer.findByRole("button", { name: "变成话术" }));
    await user.click(await drawer.findByRole("button", { name: /^发\s*布$/ }));
    expect(await drawer.findByText("已写进话术「漏水怎么办」")).toBeTruthy();
    expect(server.bodiesOf("POST /api/enquiries/5/script")).toMatchObject([
      { script_id: null, name: "漏水怎么办", is_published: true, definition: { text: "30 天内换新" } },
    ]);
    await expectAccessible();
  });
});
