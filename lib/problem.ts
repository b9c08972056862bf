/** What went wrong, in a form that reaches the user: RFC 9457 on the API, a sentence on a screen, one line in the log. */

export interface FieldError {
  /** JSON-pointer-like: `spec.expression`. */
  readonly path: string;
  readonly message: string;
}

export interface Problem {
  /** Stable, `snake_case`; clients branch on it. */
  readonly code: string;
  /** HTTP status. */
  readonly status: number;
  /** One sentence: what is wrong. Never a secret, token or body. */
  readonly message: string;
  /** One sentence: what to do next. */
  readonly doNext: string;
  readonly retry: "never" | "later";
  readonly logLevel: "debug" | "info" | "warn" | "error";
  readonly errors?: readonly FieldError[];
  readonly retryAfterSeconds?: number;
}

export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: Problem };

export const ok = <T>(value: T): Result<T> => ({ ok: true, value });
export const refuse = (problem: Problem): { readonly ok: false; readonly problem: Problem } => ({ ok: false, problem });

type Rest = { readonly message: string; readonly doNext?: string; readonly errors?: readonly FieldError[] };

const problem = (code: string, status: number, fallback: string, rest: Rest): Problem => ({
  code,
  status,
  message: rest.message,
  doNext: rest.doNext ?? fallback,
  retry: "never",
  logLevel: "info",
  ...(rest.errors ? { errors: rest.errors } : {}),
});

export const unreadable = (rest: Rest): Problem => problem("unreadable", 400, "Send a well-formed request.", rest);
export const unauthenticated = (rest: Rest): Problem =>
  problem("unauthenticated", 401, "Sign in, or send an API key as a bearer token.", rest);
export const forbidden = (rest: Rest): Problem =>
  problem("forbidden", 403, "Ask an admin for the role that this needs.", rest);
export const notFound = (rest: Rest): Problem => problem("not_found", 404, "Check the name or id.", rest);
export const conflict = (code: string, rest: Rest): Problem =>
  problem(code, 409, "Read the present state and decide again.", rest);
export const preconditionFailed = (rest: Rest): Problem =>
  problem("precondition_failed", 412, "Read it again, and send your change with the version that you then see.", rest);
export const invalid = (rest: Rest & { readonly code?: string }): Problem =>
  problem(rest.code ?? "invalid", 422, "Correct the fields that are named and send it again.", rest);
export const tooMany = (rest: Rest & { readonly retryAfterSeconds: number }): Problem => ({
  ...problem("too_many_requests", 429, `Wait ${rest.retryAfterSeconds} s and try again.`, rest),
  retry: "later",
  retryAfterSeconds: rest.retryAfterSeconds,
});
export const unavailable = (rest: Rest & { readonly retryAfterSeconds: number }): Problem => ({
  ...problem("unavailable", 503, `Try again in ${rest.retryAfterSeconds} s.`, rest),
  retry: "later",
  logLevel: "warn",
  retryAfterSeconds: rest.retryAfterSeconds,
});
/** A 4xx with a code of its own, where none of the common ones says enough. */
export const refused = (code: string, status: number, rest: Rest & { readonly doNext: string }): Problem =>
  problem(code, status, rest.doNext, rest);

/** Thrown only to leave a transaction or a deep stack; carries a Problem. Told apart by `code`, not by `instanceof`. */
export class ProblemError extends Error {
  readonly code = "ROLLCALL_PROBLEM";
  constructor(readonly problem: Problem) {
    super(problem.message);
  }
}

export const isProblemError = (thrown: unknown): thrown is ProblemError =>
  typeof thrown === "object" && thrown !== null && "code" in thrown && thrown.code === "ROLLCALL_PROBLEM";
