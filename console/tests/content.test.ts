import { expect, test } from "vitest";
import { newKey } from "@/api/content";
import { bodyOf, isWhole, newBody } from "@/features/content/body";

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
