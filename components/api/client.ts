/** Asks the JSON API as the signed-in person. */
import { noteServerDate } from "#components/time/server-clock.ts";
import type { FieldError } from "#lib/problem.ts";

/** What the API refused, in words for a screen. */
export class ApiProblem extends Error {
  readonly code: string;
  readonly status: number;
  /** What to do next, where the message does not say it. */
  readonly doNext: string;
  readonly errors: readonly FieldError[];

  constructor(said: {
    readonly code: string;
    readonly status: number;
    readonly message: string;
    readonly doNext: string;
    readonly errors?: readonly FieldError[];
  }) {
    super(said.message);
    this.name = "ApiProblem";
    this.code = said.code;
    this.status = said.status;
    this.doNext = said.doNext;
    this.errors = said.errors ?? [];
  }
}

const AWAY = {
  code: "no_answer",
  status: 0,
  message: "Rollcall did not answer.",
  doNext: "Check the connection and try again.",
};

const textIn = (body: unknown, name: string): string | undefined => {
  const value = typeof body === "object" && body !== null ? (body as Record<string, unknown>)[name] : undefined;
  return typeof value === "string" && value !== "" ? value : undefined;
};

function errorsIn(body: unknown): readonly FieldError[] {
  const errors = typeof body === "object" && body !== null && "errors" in body ? body.errors : undefined;
  if (!Array.isArray(errors)) return [];
  return errors.flatMap((one) => {
    const [path, message] = [textIn(one, "path"), textIn(one, "message")];
    return message === undefined ? [] : [{ path: path ?? "", message }];
  });
}

/** Makes words of an answer that is problem+json (RFC 9457), or of one that is not. */
export function problemOf(status: number, body: unknown): ApiProblem {
  const detail = textIn(body, "detail");
  return new ApiProblem({
    code: textIn(body, "code") ?? "unknown",
    status,
    message: detail ?? textIn(body, "title") ?? `Rollcall answered ${status}.`,
    doNext: textIn(body, "doNext") ?? (detail === undefined ? "Try again in a moment." : ""),
    errors: errorsIn(body),
  });
}

export const isApiProblem = (thrown: unknown): thrown is ApiProblem =>
  thrown instanceof Error && thrown.name === "ApiProblem";

/** Whatever was thrown, as sentences. */
export const wordsOf = (thrown: unknown): string =>
  isApiProblem(thrown) ? `${thrown.message} ${thrown.doNext}`.trim() : `${AWAY.message} ${AWAY.doNext}`;

export interface Ask {
  readonly method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly body?: unknown;
  /** The version that a change was made from. */
  readonly ifMatch?: number | undefined;
  readonly signal?: AbortSignal;
}

const leaving = new AbortController();
/** Whoever signs out asks nothing more: what this page would still ask, or waits for, would be refused. */
export const askNoMore = (): void => leaving.abort();
/** The page goes before it. */
const never = (): Promise<never> => new Promise(() => {});

async function answered(path: string, { method = "GET", body, ifMatch, signal }: Ask): Promise<Response> {
  if (leaving.signal.aborted) return never();
  const sentAt = Date.now();
  let response: Response;
  try {
    response = await fetch(`/api/v1${path}`, {
      method,
      headers: {
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(ifMatch === undefined ? {} : { "if-match": `"${ifMatch}"` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: signal === undefined ? leaving.signal : AbortSignal.any([signal, leaving.signal]),
    });
  } catch (thrown) {
    if (leaving.signal.aborted) return never();
    if (signal?.aborted) throw thrown;
    throw new ApiProblem(AWAY);
  }
  noteServerDate(response.headers.get("date"), sentAt, Date.now());
  if (response.ok) return response;
  throw problemOf(response.status, await response.json().catch(() => null));
}

/** @throws ApiProblem */
export async function api<T>(path: string, ask: Ask = {}): Promise<T> {
  const response = await answered(path, ask);
  // The shapes are those of the API's own document; the pages' first data come from the same views.
  return response.status === 204 ? (null as T) : ((await response.json()) as T);
}

/** A log: bytes as they came, read as UTF-8. @throws ApiProblem */
export const apiText = async (path: string, ask: Ask = {}): Promise<string> => (await answered(path, ask)).text();

/** `?a=1&b=2` of what is set. */
export function queryString(fields: Readonly<Record<string, string | number | null | undefined>>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) {
    if (value !== null && value !== undefined && value !== "") query.set(name, String(value));
  }
  const text = query.toString();
  return text === "" ? "" : `?${text}`;
}
