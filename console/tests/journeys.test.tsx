import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import type { Experiment, JourneyDefinition } from "@/api/types";
import { aJourney, aSegment, aSession, aSummary, reachRules, someNames } from "./support/examples";
import { fakeServer, Refusal } from "./support/fake-server";
import { expectAccessible, renderApp } from "./support/render-app";

const around = {
  "GET /api/session": () => aSession(),
  "GET /api/summary": () => aSummary(),
  "GET /api/attributes": () => someNames,
  "GET /api/segments": () => ({ rows: [aSegment()], next_after: null }),
  "GET /api/journeys": () => ({ rows: [aJourney()], next_after: null }),
  "GET /api/journeys/21": () => aJourney(),
  "GET /api/experiments": () => ({ rows: [anExperiment], next_after: null }),
  "GET /api/hold-out": () => ({ share: 0, set_at: null }),
  "GET /api/reach/rules": () => reachRules,
};

const anExperiment: Experiment = {
  experiment_id: 31,
  name: "标题实验",
  status: "live",
  version: 1,
  revision: 2,
  definition: {
    hypothesis: "新标题更好",
    arms: [
      { key: "control", name: "原标题", weight: 3 },
      { key: "new", name: "新标题", weight: 1 },
    ],
    primary: {
      name: "购买",
      of: { event: "order_paid", where: [] },
      measure: "rate",
      property: null,
      per: null,
      is_lower_better: false,
    },
    guardrails: [],
    share: 100,
    days: 14,
    before_days: 0,
    alpha: 0.05,
    power: 0.8,
    effect: 0.1,
    looks: "always",
    planned: null,
    segment_id: null,
  },
  draft_definition: null,
  updated_at: "2026-05-30T00:00:00Z",
  used_by: [],
};

describe("the list of journeys", () => {
  it("shows how far people are and how many clicked", async () => {
    fakeServer(around);
    renderApp("/journeys");
    const row = await screen.findByRole("row", { name: /唤醒/ });
    expect(
      within(row)
        .getAllByRole("cell")
        .map((cell) => cell.textContent),
    ).toEqual(["唤醒", "运行中", "100", "40", "60", "80", "25%"]);
    await expectAccessible();
  });
});

describe("one journey", () => {
  it("shows its steps with how many stand where", async () => {
    fakeServer(around);
    renderApp("/journeys/21");
    await screen.findByRole("link", { name: "沉默老客" });
    const steps = within(screen.getByRole("main")).getAllByRole("listitem");
    expect(steps.map((step) => step.textContent)).toEqual([
      "进入人群 沉默老客进入 100",
      "等待 3 天40 人在此等待60 人已通过",
      "发消息 · Webhook60 人已通过好久不见朋友，回来看看链接: shop.example.com/back",
      "走完60",
    ]);
    await expectAccessible();
  });

  it("pauses after asking, and resumes", async () => {
    let journey = aJourney();
    fakeServer({
      ...around,
      "GET /api/journeys/21": () => journey,
      "POST /api/journeys/21/pause": () => (journey = aJourney({ status: "paused" })),
      "POST /api/journeys/21/resume": () => (journey = aJourney()),
    });
    const { user } = renderApp("/journeys/21");
    await user.click(await screen.findByRole("button", { name: "暂停" }));
    const dialog = await screen.findByRole("dialog");
    await user.click(within(dialog).getByRole("button", { name: "暂停" }));
    const main = within(screen.getByRole("main"));
    await user.click(await main.findByRole("button", { name: "继续" }));
    expect(await main.findByRole("button", { name: "暂停" })).toBeTruthy();
  });
});

describe("the editor", () => {
  it("asks for what is missing before it asks the server", async () => {
    const server = fakeServer(around);
    const { user } = renderApp("/journeys/new");
    await user.click(await screen.findByRole("button", { name: "发布" }));
    expect(screen.getByText("请选择触发的人群")).toBeTruthy();
    expect(screen.getByText("请填写标题")).toBeTruthy();
    expect(screen.getByText("请填写正文")).toBeTruthy();
    expect(server.asked.filter(({ method }) => method === "POST")).toEqual([]);
    await expectAccessible();
  });

  it("stores the steps in their order and leads to the journey", async () => {
    const server = fakeServer({ ...around, "PUT /api/journeys/21": () => aJourney() });
    const { user, router } = renderApp("/journeys/21/edit");
    const down = await screen.findAllByRole<HTMLButtonElement>("button", { name: "下移" });
    expect(down.map(({ disabled }) => disabled)).toEqual([false, true]);
    await user.click(down[0] ?? document.body);
    const title = screen.getByRole("textbox", { name: "标题" });
    await user.clear(title);
    await user.type(title, "券到期");
    const amount = screen.getByRole("spinbutton", { name: "时长" });
    await user.clear(amount);
    await user.type(amount, "2");
    await user.click(screen.getByRole("radio", { name: "走完或退出后可再次进入" }));
    await user.click(screen.getByRole("switch", { name: "客户离开人群时退出旅程" }));
    await user.click(screen.getByRole("button", { name: "保存草稿" }));
    await waitFor(() => expect(router.state.location.pathname).toBe("/journeys/21"));
    expect(server.bodiesOf("PUT /api/journeys/21")).toEqual([
      {
        name: "唤醒",
        definition: {
          trigger: { kind: "segment_entered", segment_id: 11, include_members: true },
          steps: [
            {
              kind: "send",
              channel: "webhook",
              title: "券到期",
              body: "{{ name|朋友 }}，回来看看",
              link_url: "https://shop.example.com/back",
              fallbacks: [],
              fall_back_after_hours: null,
              purpose: "marketing",
              attachments: [],
              experiment_id: null,
              variants: [],
            },
            { kind: "wait", minutes: 2880 },
          ],
          re_entry: "after_exit",
          exit_on_leave: false,
          hold_out: 0,
        },
      },
    ]);
  });

  it("parts the ways by an experiment, with steps of their own", async () => {
    const server = fakeServer({ ...around, "PUT /api/journeys/21": () => aJourney() });
    const { user } = renderApp("/journeys/21/edit");
    await user.click(await screen.findByRole("button", { name: /加一个分流/ }));
    const by = screen.getByRole("combobox", { name: "由谁来分" });
    await user.click(by);
    await user.click(await screen.findByTitle("标题实验"));
    const arm = within(screen.getByRole("region", { name: "新标题" }));
    expect(arm.getByText("25%")).toBeTruthy();
    await user.click(arm.getByRole("button", { name: /加一段等待/ }));
    await user.click(screen.getByRole("button", { name: "保存草稿" }));
    await waitFor(() => expect(server.bodiesOf("PUT /api/journeys/21")).toHaveLength(1));
    const [body] = server.bodiesOf("PUT /api/journeys/21") as { definition: JourneyDefinition }[];
    expect(body?.definition.steps.at(-1)).toEqual({
      kind: "split",
      experiment_id: 31,
      arms: [
        { key: "control", name: "原标题", weight: 1, steps: [] },
        { key: "new", name: "新标题", weight: 1, steps: [{ kind: "wait", minutes: 60 }] },
      ],
    });
  });

  it("puts a refusal deep within arms at its field, and gives an arm words of its own", async () => {
    const server = fakeServer({
      ...around,
      "PUT /api/journeys/21": () =>
        new Refusal(422, "invalid_definition", {
          path: "steps.1.variants.0.body",
          reason_zh: "占位符写法不对",
        }),
    });
    const { user } = renderApp("/journeys/21/edit");
    await user.click(await screen.findByRole("combobox", { name: "按实验给不同文案" }));
    await user.click(await screen.findByTitle("标题实验"));
    const own = within(screen.getByRole("region", { name: "新标题收到的" }));
    await user.type(own.getByRole("textbox", { name: "标题" }), "！");
    await user.click(screen.getByRole("button", { name: "保存草稿" }));
    const fault = await screen.findByText("占位符写法不对");
    expect(own.getByRole("textbox", { name: "正文" }).getAttribute("aria-describedby")).toBe(fault.id);
    const [body] = server.bodiesOf("PUT /api/journeys/21") as { definition: JourneyDefinition }[];
    expect(body?.definition.steps[1]).toMatchObject({
      title: "好久不见",
      experiment_id: 31,
      variants: [{ arm: "new", title: "好久不见！" }],
    });
  });

  it("puts the server's refusal at the field it is about", async () => {
    fakeServer({
      ...around,
      "PUT /api/journeys/21": () =>
        new Refusal(422, "invalid_definition", { path: "steps.1.body", reason_zh: "属性 nam 不存在" }),
    });
    const { user } = renderApp("/journeys/21/edit");
    await user.click(await screen.findByRole("button", { name: "保存草稿" }));
    const fault = await screen.findByText("属性 nam 不存在");
    expect(screen.getByRole("textbox", { name: "正文" }).getAttribute("aria-describedby")).toBe(fault.id);
  });

  it("refuses a link that is none", async () => {
    const server = fakeServer(around);
    const { user } = renderApp("/journeys/21/edit");
    const link = await screen.findByRole("textbox", { name: "链接（可选）" });
    await user.clear(link);
    await user.type(link, "javascript:alert(1)");
    await user.click(screen.getByRole("button", { name: "保存草稿" }));
    expect(screen.getByText("链接要以 http:// 或 https:// 开头")).toBeTruthy();
    expect(server.bodiesOf("PUT /api/journeys/21")).toEqual([]);
  });
});
