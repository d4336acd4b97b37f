import { vi } from "vitest";

/** One question that the console asked. */
export interface Asked {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: Headers;
  body: unknown;
}

type Handler = (asked: Asked) => unknown;

/** An answer that is not "200 and this". */
export class Refusal {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly fields: Record<string, unknown> = {},
  ) {}
}

export interface FakeServer {
  asked: Asked[];
  /** The bodies sent to one route, in order. */
  bodiesOf: (route: string) => unknown[];
}

function json(status: number, body: unknown): Response {
  return new Response(body === undefined ? null : JSON.stringify(body), {
    status,
    headers: { "Content-Type": "application/json" },
  });
}

function answer(result: unknown): Response {
  if (result instanceof Response) return result;
  if (result instanceof Refusal) {
    const { status, code, fields } = result;
    return json(status, { error: { code, message: `refused: ${code}`, fields } });
  }
  return result === undefined ? json(204, undefined) : json(200, result);
}

/** Stands in for the network: `{"GET /api/keys": () => …}`. A question nobody expects fails the test. */
export function fakeServer(routes: Record<string, Handler>): FakeServer {
  const asked: Asked[] = [];
  vi.spyOn(globalThis, "fetch").mockImplementation(async (input) => {
    const request = input as Request;
    const { pathname, searchParams } = new URL(request.url);
    const text = await request.text();
    const question: Asked = {
      method: request.method,
      path: pathname,
      query: searchParams,
      headers: request.headers,
      body: text ? (JSON.parse(text) as unknown) : undefined,
    };
    asked.push(question);
    const handler = routes[`${request.method} ${pathname}`];
    if (!handler) throw new Error(`nobody answers ${request.method} ${pathname}`);
    return answer(await handler(question));
  });
  return {
    asked,
    bodiesOf: (route) =>
      asked.filter(({ method, path }) => `${method} ${path}` === route).map(({ body }) => body),
  };
}
