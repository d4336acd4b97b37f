import { expect, it } from "vitest";
import { emptyButton, isWhole, readButton, seen, written } from "@/features/channels/menu-buttons";

const told = [
  { name: "点单", kind: "miniprogram", url: "https://a.example", appid: "wx1", page: "pages/tea" },
  { name: "服务", buttons: [{ name: "人工", kind: "click", key: "help", reply: "来了" }] },
];

it("goes from the server and back", () => {
  const buttons = told.map(readButton);
  expect(written(buttons)).toEqual(told);
  expect(buttons.every((each) => isWhole(each))).toBe(true);
  expect(seen(buttons)).not.toContain("来了");
});

it("needs what its kind needs, and names what is clicked by its place", () => {
  const bare = emptyButton();
  expect(isWhole(bare)).toBe(false);
  expect(isWhole({ ...bare, name: "会员", url: "https://a.example" })).toBe(true);
  expect(isWhole({ ...bare, name: "六个汉字太长", url: "https://a.example" })).toBe(false);
  expect(isWhole({ ...bare, name: "福利", kind: "below" })).toBe(false);
  const clicked = { ...bare, name: "福利", kind: "click" as const };
  expect(written([bare, { ...bare, name: "上", kind: "below", buttons: [clicked] }])[1]).toEqual({
    name: "上",
    buttons: [{ name: "福利", kind: "click", key: "menu-2-1", reply: "" }],
  });
});
