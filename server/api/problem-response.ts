/** The one place that makes problem+json (RFC 9457) of what went wrong, and logs it. */
import { isDatabaseAway, refusesValue } from "#lib/db/away.ts";
import { log } from "#lib/log.ts";
import { invalid, isProblemError, type Problem, unavailable } from "#lib/problem.ts";

const TITLES: Readonly<Record<number, string>> = {
  400: "Bad request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not found",
  405: "Method not allowed",
  409: "Conflict",
  412: "Precondition failed",
  413: "Content too large",
  422: "Unprocessable content",
  429: "Too many requests",
  500: "Internal error",
  503: "Service unavailable",
};

export function problemResponse(problem: Problem, headers: Readonly<Record<string, string>> = {}): Response {
  const body = {
    type: "about:blank",
    title: TITLES[problem.status] ?? "Error",
    status: problem.status,
    code: problem.code,
    detail: problem.message,
    // An extension member (RFC 9457, 3.2): what is wrong and what to do about it are two things.
    ...(problem.doNext === "" ? {} : { doNext: problem.doNext }),
    ...(problem.errors ? { errors: problem.errors } : {}),
  };
  return new Response(JSON.stringify(body), {
    status: problem.status,
    headers: {
      "content-type": "application/problem+json",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      ...(problem.status === 401 ? { "www-authenticate": "Bearer" } : {}),
      ...(problem.retryAfterSeconds === undefined ? {} : { "retry-after": String(problem.retryAfterSeconds) }),
      ...headers,
    },
  });
}

const internal: Problem = {
  code: "internal",
  status: 500,
  message: "Something went wrong here.",
  doNext: "Try again; if it stays, the log says more.",
  retry: "later",
  logLevel: "error",
};

/** What a thrown thing says to the one who asked; a bug says nothing of itself, and is logged. */
export function problemOfThrown(thrown: unknown, request: { readonly method: string; readonly path: string }): Problem {
  if (isProblemError(thrown)) return thrown.problem;
  if (isDatabaseAway(thrown)) {
    return unavailable({ message: "The database does not answer at the moment.", retryAfterSeconds: 5 });
  }
  log.error({ err: thrown, method: request.method, path: request.path }, "A request failed");
  // Bad input is no failure of ours to answer for, but a schema let it pass: hence the log.
  return refusesValue(thrown) ? invalid({ message: "A value in it cannot be stored." }) : internal;
}
