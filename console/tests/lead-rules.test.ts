import { expect, test } from "vitest";
import { linesOf, stagesOf, stagesText } from "@/features/leads/rules-text";

test("stages are written one a line and read back", () => {
  const stages = [
    { key: "new", name: "新线索" },
    { key: "hot_1", name: "很想 买" },
  ];
  expect(stagesOf(stagesText(stages))).toEqual(stages);
  expect(stagesOf(" 已联系 \n\nNew thing")).toEqual([
    { key: "stage_1", name: "已联系" },
    { key: "stage_2", name: "New thing" },
  ]);
  expect(linesOf("a\n \n b ")).toEqual(["a", "b"]);
});
