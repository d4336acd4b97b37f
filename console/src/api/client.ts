import createClient, { type Middleware } from "openapi-fetch";
import type { paths } from "./schema";

/** A refusal by the server, or none to be had (`status` 0, code `unreachable`). */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly fields: Readonly<Record<string, unknown>>,
  ) {
    super(message);
    this.name = "ApiError";
  }

  /** Seconds to wait that the server asked for, or null. */
  get retryAfterSeconds(): number | null {
    const seconds = this.fields.retry_after_seconds;
    return typeof seconds === "number" ? seconds : null;
  }
}

let csrfToken = "";

/** The token of the session in use; every change carries it. */
export function rememberCsrfToken(token: string) {
  csrfToken = token;
}

const carryToken: Middleware = {
  onRequest({ request }) {
    if (request.method !== "GET" && csrfToken) request.headers.set("X-CSRF-Token", csrfToken);
    return request;
  },
};

export const client = createClient<paths>({
  baseUrl: window.location.origin,
  // Looked up at each call, so that a test may stand in for the network.
  fetch: (request: Request) => globalThis.fetch(request),
});
client.use(carryToken);

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function toApiError(response: Response, body: unknown): ApiError {
  const detail = isRecord(body) && isRecord(body.error) ? body.error : {};
  const fields = isRecord(detail.fields) ? { ...detail.fields } : {};
  const retryAfter = Number(response.headers.get("Retry-After"));
  if (typeof fields.retry_after_seconds !== "number" && retryAfter > 0)
    fields.retry_after_seconds = retryAfter;
  return new ApiError(
    response.status,
    typeof detail.code === "string" ? detail.code : `http_${response.status}`,
    typeof detail.message === "string" ? detail.message : response.statusText,
    fields,
  );
}

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** What was answered, or an ApiError. */
export async function answerOf<T>(call: Promise<Answer<T>>): Promise<T> {
  let answer: Answer<T>;
  try {
    answer = await call;
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === "AbortError") throw cause;
    throw new ApiError(0, "unreachable", "", {});
  }
  if (!answer.response.ok) throw toApiError(answer.response, answer.error);
  return answer.data as T;
}

/** Sends a file as it is, or a form with one, and tells how much of it has gone out: `fetch` cannot. */
export function uploadFile(
  path: string,
  file: File | FormData,
  onProgress: (share: number) => void,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", path);
    request.responseType = "json";
    // Of a form the browser says the type itself: with what divides its parts.
    if (file instanceof File) request.setRequestHeader("Content-Type", "application/octet-stream");
    if (csrfToken) request.setRequestHeader("X-CSRF-Token", csrfToken);
    request.upload.onprogress = ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0);
    request.onerror = () => reject(new ApiError(0, "unreachable", "", {}));
    request.onload = () => {
      const { status } = request;
      const body: unknown = request.response;
      if (status >= 200 && status < 300) resolve(body);
      else reject(toApiError(new Response(null, { status: Math.max(status, 200) }), body));
    };
    request.send(file);
  });
}
