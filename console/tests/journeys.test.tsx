import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { beforeAll, describe, expect, it } from "vitest";
import type { JourneyDocument } from "@/api/journey-document";
import type { JourneyDraft } from "@/api/journeys";
import {
  aJourney,
  aJourneyDocument,
  aSegment,
  aSession,
  aSummary,
  reachRules,
  someNames,
  someVocabulary,
} from "./support/examples";
import { fakeServer, Refusal } from "./support/fake-server";
import { expectAccessible, renderApp } from "./support/render-app";

const nothing = () => ({ rows: [], next_after: null });

const around = {
  "GET /api/session": () => aSession(),
  "GET /api/summary": () => aSummary(),
  "GET /api/attributes": () => someNames,
  "GET /api/segments": () => ({ rows: [aSegment()], next_after: null }),
  "GET /api/segments/vocabulary": () => someVocabulary,
  "GET /api/journeys": () => ({ rows: [aJourney()], next_after: null }),
  "GET /api/journeys/21": () => aJourney(),
  "GET /api/journeys/21/numbers": () => ({
    version: 1,
    nodes: [
      { key: "wait_1", resting: 38, paused: 2, passed: 60, edges: [{ port: "next", passed: 60 }] },
      { key: "message_1", resting: 0, paused: 0, passed: 60, edges: [{ port: "next", passed: 60 }] },
    ],
  }),
  "POST /api/journeys/check": () => ({ faults: [] }),
  "GET /api/experiments": nothing,
  "GET /api/codes": nothing,
  "GET /api/staff": nothing,
  "GET /api/coupon-pools": nothing,
  "GET /api/hooks": () => [],
  "GET /api/personas": () => ({ rows: [], next_after: null }),
  "GET /api/tag-groups": () => ({ rows: [], next_after: null }),
  "GET /api/hold-out": () => ({ share: 0, set_at: null }),
  "GET /api/reach/rules": () => reachRules,
};

const node = (name: RegExp) => screen.findByRole("button", { name });

/** On the canvas: jsdom's mouse has no window, which what drags nodes asks for. */
const press = (button: HTMLElement) => fireEvent.click(button);

describe("the list of journeys", () => {
  it("shows how far people are, whom faults hold, and how many reached the goal", async () => {
    fakeServer(around);
    renderApp("/journeys");
    const row = await screen.findByRole("row", { name: /唤醒/ });
    expect(
      within(row)
        .getAllByRole("cell")
        .map((cell) => cell.textContent),
    ).toEqual(["唤醒", "运行中", "100", "38", "2", "25%", "25%"]);
    await expectAccessible();
  });
});

describe("one journey", () => {
  it("shows on its canvas who is where, and lets those try again whom a fault holds", async () => {
    const server = fakeServer({
      ...around,
      "GET /api/journeys/21/entries": () => ({
        rows: [
          {
            entry_id: 501,
            version: 1,
            customer_id: 7,
            group_id: null,
            staff_id: null,
            name: "苏晚",
            state: "paused",
            node: "wait_1",
            entered_at: "2026-05-30T00:00:00Z",
            due_at: null,
            ended_at: null,
            end_reason: null,
            fault: "branch_not_ready",
            fault_detail: "…",
          },
        ],
        next_after: null,
      }),
      "POST /api/journeys/21/entries/retry": () => ({ entries: 1 }),
    });
    const { user } = renderApp("/journeys/21");
    const wait = await node(/等一段时间 ?· ?3 天/);
    expect(wait.textContent).toContain("38");
    expect((await node(/开始 · 客户/)).textContent).toContain("进入人群 · 沉默老客");
    press(wait);
    const people = await screen.findByRole("region", { name: "等一段时间" });
    expect(await within(people).findByText("一小时内没有算出分支的人群")).toBeTruthy();
    await user.click(within(people).getByRole("button", { name: "重试" }));
    await waitFor(() =>
      expect(server.bodiesOf("POST /api/journeys/21/entries/retry")).toEqual([{ entry_ids: [501] }]),
    );
    await expectAccessible();
  });

  it("pauses after asking, and resumes", async () => {
    let journey = aJourney();
    fakeServer({
      ...around,
      "GET /api/journeys/21": () => journey,
      "GET /api/journeys/21/versions": nothing,
      "POST /api/journeys/21/pause": () => (journey = aJourney({ status: "paused" })),
      "POST /api/journeys/21/resume": () => (journey = aJourney()),
    });
    const { user } = renderApp("/journeys/21/versions");
    await user.click(await screen.findByRole("button", { name: "暂停" }));
    const dialog = await screen.findByRole("dialog");
    await user.click(within(dialog).getByRole("button", { name: "暂停" }));
    const main = within(screen.getByRole("main"));
    await user.click(await main.findByRole("button", { name: "继续" }));
    expect(await main.findByRole("button", { name: "暂停" })).toBeTruthy();
  });

  it("colours how two versions differ", async () => {
    const before: JourneyDocument = {
      ...aJourneyDocument,
      nodes: [{ key: "tag_9", name: null, kind: "tag", add: [1], remove: [], next: null }],
      start: "tag_9",
    };
    const row = { published_at: "2026-05-30T00:00:00Z", published_by: "林若溪" };
    fakeServer({
      ...around,
      "GET /api/journeys/21/versions": () => ({
        rows: [
          { version: 2, ...row },
          { version: 1, ...row },
        ],
      }),
      "GET /api/journeys/21/versions/1": () => ({ version: 1, ...row, definition: before }),
      "GET /api/journeys/21/versions/2": () => ({ version: 2, ...row, definition: aJourneyDocument }),
    });
    renderApp("/journeys/21/versions");
    expect(await screen.findByText("新增 2 · 去掉 1")).toBeTruthy();
    expect(screen.getByText("设置有改动：第一个节点")).toBeTruthy();
    expect(await node(/打标签.*去掉/)).toBeTruthy();
    expect(await node(/发消息.*新增/)).toBeTruthy();
  });
});

describe("the editor", () => {
  // Of screens it has a wide one here; jsdom knows none.
  beforeAll(() => {
    window.matchMedia = (query) =>
      ({
        matches: true,
        media: query,
        addEventListener: () => undefined,
        removeEventListener: () => undefined,
      }) as unknown as MediaQueryList;
  });

  const sent = (server: ReturnType<typeof fakeServer>) =>
    server.bodiesOf("PUT /api/journeys/21").at(-1) as JourneyDraft | undefined;

  it("is worked by keys: add, duplicate, undo, take away, move on", async () => {
    const server = fakeServer({ ...around, "PUT /api/journeys/21": () => aJourney({ revision: 4 }) });
    const { user } = renderApp("/journeys/21/edit");
    const canvas = await screen.findByRole("region", { name: "旅程画布" });
    press(await node(/等一段时间 ?· ?3 天/));
    fireEvent.keyDown(canvas, { key: "d", ctrlKey: true });
    fireEvent.keyDown(canvas, { key: "a", ctrlKey: true });
    expect(await screen.findByText("选中了 3 个节点")).toBeTruthy();
    fireEvent.keyDown(canvas, { key: "Delete" });
    // What had the keyboard is gone, and so nothing has it.
    fireEvent.keyDown(document.body, { key: "z", ctrlKey: true });
    fireEvent.keyDown(canvas, { key: "Escape" });
    fireEvent.keyDown(canvas, { key: "ArrowDown" });
    await user.click(screen.getByRole("button", { name: "保存草稿" }));
    await waitFor(() => expect(sent(server)?.revision).toBe(3));
    expect(sent(server)?.definition.nodes.map(({ key }) => key)).toEqual(["wait_1", "message_1", "wait_2"]);
    expect(sent(server)?.definition.nodes.at(-1)).toMatchObject({ minutes: 4320, next: "message_1" });
  });

  it("keeps its steps back when a new journey is saved for the first time, unfinished as it is", async () => {
    const server = fakeServer({
      ...around,
      "POST /api/journeys": () => aJourney(),
      "PUT /api/journeys/21": () => aJourney({ revision: 4 }),
    });
    renderApp("/journeys/new");
    const palette = await screen.findByRole("navigation", { name: "节点" });
    press(within(palette).getByRole("button", { name: "员工任务" }));
    press(screen.getByRole("button", { name: "保存草稿" }));
    await waitFor(() => expect(server.bodiesOf("POST /api/journeys")).toHaveLength(1));
    const made = server.bodiesOf("POST /api/journeys")[0] as JourneyDraft;
    expect(made.definition.nodes).toMatchObject([{ kind: "task", title: "" }]);
    await screen.findByRole("link", { name: "唤醒" });
    press(screen.getByRole("button", { name: /^撤销/ }));
    press(screen.getByRole("button", { name: "保存草稿" }));
    await waitFor(() => expect(sent(server)?.definition.nodes).toEqual([]));
  });

  it("puts what is pressed in the palette behind what is chosen, and edits it beside the canvas", async () => {
    const server = fakeServer({ ...around, "PUT /api/journeys/21": () => aJourney({ revision: 4 }) });
    const { user } = renderApp("/journeys/21/edit");
    press(await node(/等一段时间 ?· ?3 天/));
    const palette = screen.getByRole("navigation", { name: "节点" });
    await user.click(within(palette).getByRole("button", { name: "员工任务" }));
    const form = await screen.findByRole("complementary", { name: "员工任务" });
    await user.type(within(form).getByRole("textbox", { name: "要做什么" }), "打电话");
    await user.click(within(form).getByRole("switch", { name: "等做完再往下走" }));
    expect(within(form).getByRole("combobox", { name: "没做完" })).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "保存草稿" }));
    await waitFor(() => expect(server.bodiesOf("PUT /api/journeys/21")).toHaveLength(1));
    const task = sent(server)?.definition.nodes.at(-1);
    expect(task).toMatchObject({ kind: "task", title: "打电话", wait: true, next: "message_1" });
    expect(sent(server)?.definition.nodes[0]).toMatchObject({ key: "wait_1", next: "task_1" });
    await expectAccessible();
  });

  it("says at the node and in a list what is wrong, and leads there", async () => {
    const faulty = {
      ...around,
      "POST /api/journeys/check": () => ({
        faults: [
          {
            node: "message_1",
            path: "nodes.1.body",
            reason: "Write something here.",
            reason_zh: "请填写文字。",
            is_warning: false,
          },
        ],
      }),
    };
    const server = fakeServer(faulty);
    const { user } = renderApp("/journeys/21/edit");
    await screen.findByRole("button", { name: /1 个问题/ });
    // What is known to be refused is not asked about: the form opens that says what to mend.
    await user.click(screen.getByRole("button", { name: "发布" }));
    expect(await screen.findByRole("complementary", { name: "发消息" })).toBeTruthy();
    expect(server.bodiesOf("PUT /api/journeys/21")).toEqual([]);
    await user.click(screen.getByRole("button", { name: /1 个问题/ }));
    await user.click(await screen.findByRole("button", { name: "去「发消息」: 请填写文字。" }));
    const form = await screen.findByRole("complementary", { name: "发消息" });
    const body = within(form).getByRole("textbox", { name: "正文" });
    expect(document.getElementById(body.getAttribute("aria-describedby") ?? "")?.textContent).toBe(
      "请填写文字。",
    );
    expect(await node(/^发消息.*请填写文字。/)).toBeTruthy();
  });

  it("does not lose the draft over a refusal, and says where it belongs", async () => {
    fakeServer({
      ...around,
      "PUT /api/journeys/21": () =>
        new Refusal(422, "invalid_definition", {
          faults: [
            {
              node: "wait_1",
              path: "nodes.0.minutes",
              reason: "Too long.",
              reason_zh: "太长了。",
              is_warning: false,
            },
          ],
        }),
    });
    const { user } = renderApp("/journeys/21/edit");
    await user.click(await screen.findByRole("button", { name: "保存草稿" }));
    expect(await node(/^等一段时间.*太长了。/)).toBeTruthy();
  });
});
