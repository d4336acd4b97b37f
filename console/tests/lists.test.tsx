import { fireEvent, screen } from "@testing-library/react";
import { expect, it, vi } from "vitest";
import { ApiError } from "@/api/client";
import * as lists from "@/api/lists";
import { aSession, aSummary } from "./support/examples";
import { fakeServer } from "./support/fake-server";
import { renderApp } from "./support/render-app";

it("says in words what is wrong with a file", async () => {
  const list = {
    list_id: 31,
    name: "黑名单",
    size: 2,
    used_by: [],
    created_at: "2026-06-01T03:00:00Z",
    changed_at: "2026-06-01T03:00:00Z",
  };
  fakeServer({
    "GET /api/session": () => aSession(),
    "GET /api/summary": () => aSummary(),
    "GET /api/lists/31": () => list,
    "GET /api/lists/31/members": () => ({ rows: [], next_after: null, total: 0 }),
  });
  vi.spyOn(lists, "uploadListed").mockRejectedValue(
    new ApiError(422, "bad_table", "It names no customer.", { why: "nobody_found" }),
  );
  const { container } = renderApp("/segments/lists/31");
  await screen.findByText("用文件增减");
  const input = container.querySelector("input[type=file]");
  if (!input) throw new Error("there is no place for a file");
  fireEvent.change(input, { target: { files: [new File(["x"], "other.csv")] } });
  expect((await screen.findByRole("alert")).textContent).toContain("名单没有改动");
});
