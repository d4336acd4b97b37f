import { expect, test } from "vitest";
import { newKey } from "@/api/content";
import type { MaterialBody, MaterialRow } from "@/api/types";
import { bodyOf, isWhole, newBody } from "@/features/content/body";
import { messageOf } from "@/features/sidebar/send-material";
import { fakeServer } from "./support/fake-server";

test("a material is whole when its kind has all that it needs, and tells nothing of other kinds", () => {
  const article = { ...newBody("article"), title: "茶底", text: "第一段", url: "https://left.example" };
  expect(isWhole({ ...article, text: " " })).toBe(false);
  expect(isWhole(article)).toBe(true);
  expect(bodyOf(article)).toEqual({
    kind: "article",
    title: "茶底",
    text: "第一段",
    description: "",
    picture_id: null,
  });
  expect(isWhole(newBody("image"))).toBe(false);
  expect(bodyOf({ ...newBody("image"), file_id: 7 })).toEqual({ kind: "image", file_id: 7 });
  expect(isWhole({ ...newBody("miniprogram"), appid: "wx", page: "p" })).toBe(false);
});

test("a key is a random UUID, and never the same", () => {
  const keys = new Set(Array.from({ length: 50 }, newKey));
  expect(keys.size).toBe(50);
  for (const key of keys)
    expect(key).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test("each kind of material goes into the chat as what it is; pages as a link of the customer's own", async () => {
  const server = fakeServer({
    "POST /api/links": () => ({ url: "https://chenxi.example/l/1", title: "茶底" }),
    "POST /api/scripts/preview": () => ({ text: "小林，新茶到了", missing: [] }),
    "POST /api/sidebar/files": () => ({ media_id: "m1" }),
  });
  const files = [
    { file_id: 1, kind: "image", url: "https://chenxi.example/f/1" },
    { file_id: 2, kind: "file", url: "https://chenxi.example/f/2" },
    { file_id: 3, kind: "video", url: "https://chenxi.example/f/3" },
  ];
  const into = (body: MaterialBody, isInChat = true) =>
    messageOf({ material_id: 5, definition: { body }, files } as unknown as MaterialRow, 12, isInChat);
  const link = "https://chenxi.example/l/1";

  expect(await into({ kind: "text", text: "{{ name|朋友 }}，新茶到了" })).toEqual({
    msgtype: "text",
    text: { content: "小林，新茶到了" },
  });
  expect(await into({ kind: "image", file_id: 1 })).toEqual({ msgtype: "image", image: { mediaid: "m1" } });
  expect(await into({ kind: "file", file_id: 2 })).toEqual({ msgtype: "file", file: { mediaid: "m1" } });
  expect(await into({ kind: "file", file_id: 3 })).toEqual({ msgtype: "video", video: { mediaid: "m1" } });
  expect(
    await into({ kind: "miniprogram", appid: "wx1", page: "pages/tea", title: "点单", picture_id: 1 }),
  ).toEqual({
    msgtype: "miniprogram",
    miniprogram: { appid: "wx1", title: "点单", page: "pages/tea", imgUrl: "https://chenxi.example/f/1" },
  });
  const page = { title: "茶底", description: "三分钟看懂", picture_id: 1 };
  const card = { link, title: "茶底", desc: "三分钟看懂", imgUrl: "https://chenxi.example/f/1" };
  expect(await into({ kind: "article", text: "第一段", ...page })).toEqual({ msgtype: "news", news: card });
  expect(await into({ kind: "link", url: "https://a.example", ...page })).toEqual({
    msgtype: "news",
    news: card,
  });
  expect(await into({ kind: "image", file_id: 1 }, false)).toEqual({
    msgtype: "text",
    text: { content: link },
  });
  expect(server.bodiesOf("POST /api/links")).toEqual(
    Array.from({ length: 3 }, () => expect.objectContaining({ material_id: 5, customer_id: 12 }) as unknown),
  );
});
