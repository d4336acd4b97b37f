import { fireEvent, render, screen, waitFor, within } from "@testing-library/react";
import { useState } from "react";
import { describe, expect, it } from "vitest";
import type { DefinitionFault } from "@/api/definition-fault";
import type { HandTask, SendDefinition } from "@/api/types";
import { makeQueryClient, Providers } from "@/app/providers";
import { SendChannelTexts } from "@/features/sends/send-channel-texts";
import { isPersonal, missingIn, personally, withChannels } from "@/features/sends/send-parts";
import { messagesOf } from "@/features/sidebar/send-hand";
import { aSession, aSummary } from "./support/examples";
import { fakeServer, Refusal } from "./support/fake-server";
import { renderApp } from "./support/render-app";

const around = {
  "GET /api/session": () => aSession(),
  "GET /api/summary": () => aSummary(),
};

const draft: SendDefinition = {
  segment_id: 4,
  content: {
    title: "好久不见",
    body: "{{ name|朋友 }}，周末第二杯半价",
    link_url: null,
    attachments: [],
    overrides: {},
    fall_back_after_hours: 4,
  },
  channels: ["wecom", "sms"],
  excluded_segment_ids: [],
  purpose: "marketing",
  persona_id: null,
  starts_at: null,
  begins: 540,
  ends: 1260,
  days: 1,
  worth: { by: "none", percent: 10, attribute: "" },
};

/** The composer's part for channels, in a hand that keeps what is changed. */
function renderTexts(fault: DefinitionFault | null = null) {
  const kept = { send: draft };
  function Hand() {
    const [send, setSend] = useState(draft);
    kept.send = send;
    return (
      <SendChannelTexts
        send={send}
        fault={fault}
        onChange={(changed) => setSend((before) => ({ ...before, ...changed }))}
      />
    );
  }
  render(
    <Providers queryClient={makeQueryClient()}>
      <Hand />
    </Providers>,
  );
  return kept;
}

describe("a send", () => {
  it("says otherwise in one channel, with the channel's own template", () => {
    const kept = renderTexts({ path: "content.overrides.sms.fields.name", reason: "占位符写法不对" });
    const choice = screen.getByLabelText("在某个渠道换一种说法");
    fireEvent.mouseDown(choice);
    fireEvent.click(screen.getByTitle("短信"));
    const say = (label: string, text: string) =>
      fireEvent.change(screen.getByLabelText(label), { target: { value: text } });
    expect(screen.queryByLabelText("短信 · 标题")).toBeNull();
    expect(screen.queryByLabelText("模板里的变量")).toBeNull();
    say("短信 · 正文（不填就用上面的）", "周末半价");
    say("短信 · 渠道自己的模板编号（可不填）", "SMS_1 ");
    say("模板里的变量", "name={{ name }}\nhalf\nshop=西湖=店");
    expect(screen.getByRole("alert").textContent).toBe("占位符写法不对");
    expect(kept.send.content.overrides).toEqual({
      sms: { body: "周末半价", template_id: "SMS_1", fields: { name: "{{ name }}", shop: "西湖=店" } },
    });
    say("短信 · 正文（不填就用上面的）", "");
    expect(kept.send.content.overrides?.sms?.body).toBeNull();
    fireEvent.click(screen.getByLabelText("不再单独写 短信"));
    expect(kept.send.content).toEqual(draft.content);
  });

  it("says what is still missing, by the names of the fields", () => {
    expect(missingIn(draft)).toEqual([]);
    const bare = { ...draft, segment_id: 0, content: { ...draft.content, title: "" } };
    expect(missingIn(bare)).toEqual(["messageTitle", "segment"]);
    expect(missingIn({ ...draft, content: { ...draft.content, body: "" } })).toEqual(["body"]);
  });

  it("is offered to go by hand where its words are each customer's own, and falls back in hours of its own", () => {
    expect(isPersonal(draft)).toBe(true);
    const own = { ...draft.content, overrides: { wecom: { body: "大家好" } } };
    expect(isPersonal({ ...draft, content: own })).toBe(false);
    expect(personally(draft)).toEqual({ channels: ["hand", "sms"] });
    const alone = { ...draft, ...withChannels(draft, ["wecom"]) };
    expect(alone.content.fall_back_after_hours).toBeNull();
    expect(withChannels(alone, ["wecom", "hand"]).content?.fall_back_after_hours).toBe(4);
  });
});

describe("what goes by hand", () => {
  it("goes into the chat with all that hangs on it", async () => {
    const server = fakeServer({ "POST /api/sidebar/pictures": () => ({ media_id: "m1" }) });
    const task: HandTask = {
      message_id: 7,
      customer_id: 12,
      customer: "小林",
      staff: "店员",
      title: "你好",
      body: "小林，看看这个",
      link_url: "https://chenxi.example/l/1",
      attachments: [
        { kind: "image", url: "https://chenxi.example/tea.png" },
        { kind: "file", url: "https://chenxi.example/menu.pdf", title: "茶单" },
        { kind: "miniprogram", appid: "wx1", page: "pages/shop", title: "商城" },
        { kind: "file", media_id: "f1" },
      ],
      state: "open",
      created_at: "2026-06-01T04:00:00Z",
      expires_at: null,
      ended_at: null,
    };
    const messages = await Promise.all(messagesOf(task).map((message) => message()));
    expect(messages).toEqual([
      { msgtype: "text", text: { content: "小林，看看这个\nhttps://chenxi.example/l/1" } },
      { msgtype: "image", image: { mediaid: "m1" } },
      {
        msgtype: "news",
        news: { link: "https://chenxi.example/menu.pdf", title: "茶单", desc: "", imgUrl: "" },
      },
      {
        msgtype: "miniprogram",
        miniprogram: { appid: "wx1", title: "商城", page: "pages/shop", imgUrl: "" },
      },
      { msgtype: "file", file: { mediaid: "f1" } },
    ]);
    expect(server.bodiesOf("POST /api/sidebar/pictures")).toEqual([
      { message_id: 7, customer_id: 12, place: 0 },
    ]);
  });
});

describe("a post", () => {
  it("carries pictures from the shelf, is seen on the phone, and what is refused is told at its place", async () => {
    let refuses = true;
    const post = {
      post_id: 5,
      name: "上新",
      asked_by: "林若溪",
      asked_at: "2026-06-01T04:00:00Z",
      outcomes: [{ outcome: "waiting", count: 3 }],
      likes: 0,
      comments: 0,
    };
    const server = fakeServer({
      ...around,
      "GET /api/materials": () => ({
        rows: [
          {
            material_id: 2,
            name: "新茶海报",
            definition: { body: { kind: "image", file_id: 8 } },
            files: [{ file_id: 8, url: "/h5/f/8", kind: "image" }],
          },
        ],
        next_after: null,
      }),
      "POST /api/posts/reach": () => ({ count: 3, people: 90, needs_approval: false }),
      "POST /api/posts": ({ body }) => {
        if (!refuses) return { ...post, definition: (body as { definition: unknown }).definition };
        refuses = false;
        return new Refusal(422, "invalid_definition", {
          path: "content.attachments.1",
          reason: "Pictures alone.",
          reason_zh: "朋友圈只能带图片",
        });
      },
      "GET /api/posts": () => ({ rows: [], next_after: null }),
      "GET /api/posts/approvals": () => ({ rows: [] }),
      "GET /api/posts/5": () => ({ ...post, definition: draftPost }),
      "GET /api/posts/5/places": () => ({ rows: [], next_after: null }),
    });
    renderApp("/posts/new");
    fireEvent.change(await screen.findByLabelText("名称"), { target: { value: "上新" } });
    fireEvent.change(screen.getByLabelText("正文"), { target: { value: "明前茶到了" } });
    const attachments = within(screen.getByRole("group", { name: "附件" }));
    fireEvent.mouseDown(attachments.getByLabelText("从素材库选"));
    fireEvent.click(await screen.findByTitle("图片 · 新茶海报"));
    const phone = screen.getByLabelText("手机预览", { selector: "figure" });
    expect(phone.textContent).toContain("明前茶到了");
    expect(phone.querySelector("img")?.getAttribute("src")).toBe("/h5/f/8");
    fireEvent.click(attachments.getByText("链接"));
    fireEvent.click(screen.getByText("朋友圈", { selector: ".ant-segmented-item-label" }));
    expect(attachments.queryByText("小程序")).toBeNull();
    expect(await screen.findByText(/会请 3 位员工发表/)).toBeTruthy();
    fireEvent.click(screen.getByText("发出"));
    expect((await attachments.findByRole("alert")).textContent).toBe("朋友圈只能带图片");
    fireEvent.click(attachments.getByLabelText(/删掉 附件 2/));
    expect(attachments.queryByRole("alert")).toBeNull();
    fireEvent.click(screen.getByText("发出"));
    await waitFor(() => expect(server.bodiesOf("POST /api/posts")).toHaveLength(2));
    const [, sent] = server.bodiesOf("POST /api/posts") as [unknown, { definition: unknown }];
    expect(sent.definition).toMatchObject({
      kind: "moment",
      targets: { all: true },
      content: { title: "上新", attachments: [{ kind: "image", url: "/h5/f/8" }] },
    });
    expect(await screen.findByText("待确认")).toBeTruthy();
  });
});

const draftPost = {
  kind: "moment",
  targets: { all: true, group_ids: [], staff_ids: [] },
  content: { ...draft.content, title: "上新", body: "明前茶到了" },
};
