import { expect, it } from "vitest";
import { summaryOf } from "@/features/journeys/node-summary";
import { nodeTexts } from "@/features/journeys/node-texts";
import { partsOf, textOfAnybody } from "@/shared/materials/places";
import { aJourneyDocument } from "./support/examples";

it("a text is read as its parts: what stands there, and what the customer's own is to fill", () => {
  expect(partsOf("{{ name|您 }}，{{城市}}见。{ 不是 }")).toEqual([
    { attribute: "name", instead: "您" },
    "，",
    { attribute: "城市", instead: "" },
    "见。{ 不是 }",
  ]);
  expect(partsOf("没有")).toEqual(["没有"]);
  expect(partsOf("")).toEqual([]);
});

it("of whom nothing is known reads what stands instead, or what would stand there", () => {
  const say = (name: string) => `〈${name}〉`;
  expect(textOfAnybody("{{name|您}}好，{{ city| }}的{{ city }}", say)).toBe("您好，〈city〉的〈city〉");
});

it("a canvas says of a message what it says, not how it is written", () => {
  const message = aJourneyDocument.nodes.find(({ kind }) => kind === "message");
  if (message?.kind !== "message") throw new Error("the example sends nothing");
  const wording = { t: nodeTexts.zh, say: (_: string, name: string) => name, nameOf: () => undefined };
  expect(summaryOf({ ...message, title: "" }, wording)).toBe("webhook · 朋友，回来看看");
});
