import { describe, expect, it, vi } from "vitest";
import { answerOf, ApiError, client, rememberCsrfToken } from "@/api/client";
import { fakeServer, Refusal } from "./support/fake-server";

async function refusalOf(call: Promise<unknown>): Promise<ApiError> {
  const error = await call.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ApiError);
  return error as ApiError;
}

describe("the client", () => {
  it("carries the session's token on changes, and only on changes", async () => {
    const server = fakeServer({
      "GET /api/units": () => ({ rows: [], next_after: null }),
      "DELETE /api/keys/3": () => undefined,
    });
    rememberCsrfToken("token-9");
    await answerOf(client.GET("/api/units"));
    await answerOf(client.DELETE("/api/keys/{key_id}", { params: { path: { key_id: 3 } } }));
    expect(server.asked.map(({ headers }) => headers.get("X-CSRF-Token"))).toEqual([null, "token-9"]);
  });

  it("makes a refusal an error with its code and fields", async () => {
    fakeServer({
      "GET /api/units": () => new Refusal(422, "invalid_definition", { path: "of.1", reason: "too many" }),
    });
    const error = await refusalOf(answerOf(client.GET("/api/units")));
    expect([error.status, error.code, error.fields.path]).toEqual([422, "invalid_definition", "of.1"]);
  });

  it("reads the wait from the header when the body has none", async () => {
    fakeServer({
      "GET /api/units": () =>
        new Response("no json at all", { status: 429, headers: { "Retry-After": "7" } }),
    });
    const error = await refusalOf(answerOf(client.GET("/api/units")));
    expect([error.code, error.retryAfterSeconds]).toEqual(["http_429", 7]);
  });

  it("says so when there is no server", async () => {
    vi.spyOn(globalThis, "fetch").mockRejectedValue(new TypeError("Failed to fetch"));
    const error = await refusalOf(answerOf(client.GET("/api/units")));
    expect([error.status, error.code]).toEqual([0, "unreachable"]);
  });
});
