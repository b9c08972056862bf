import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Answered, NoAnswer } from "#lib/outbound/outcome.ts";
import "#lib/testing/seed.ts";
import { type DispatchedAs, readDispatched } from "./dispatched.ts";

const asked = (success: readonly number[] = [200, 204]): DispatchedAs => ({
  ...{ url: "https://app.example.com/job", method: "POST", gate: { ok: false, because: "missing" } },
  isSuccess: (status) => success.includes(status),
});
const answered = (status: number, more: Partial<Answered> = {}): Answered => ({
  ...{ kind: "answered", status, headers: {}, body: "", ended: "whole", durationMs: 12 },
  ...more,
});
const silent = (more: Partial<NoAnswer> = {}): NoAnswer => ({
  ...{ kind: "no_answer", phase: "connect", code: "ECONNREFUSED", durationMs: 3 },
  ...more,
});
const of = (outcome: Answered | NoAnswer, by = asked()) => {
  const { attempt, run, rejected } = readDispatched(outcome, by);
  return [attempt.outcome, run, rejected && `${rejected.reason}:${rejected.detail}`];
};

describe("A schedule that Rollcall's dispatcher fires takes the target's answer as its run (a success code: success; 401, 403, a redirect or a challenge: a rejected decision and no run; another answer: fail; no answer at all: a failed attempt and no run), unless it says that its application checks in itself: then an answer is only an attempt.", () => {
  test("a success code: success", () => {
    expect(of(answered(200))).toEqual(["answered", "success", null]);
    expect(of(answered(418), asked([418]))).toEqual(["answered", "success", null]);
    // Whoever says that a redirect is a success knows why.
    expect(of(answered(302, { headers: { location: "/done" } }), asked([302]))).toEqual(["answered", "success", null]);
  });

  test("401, 403, a redirect or a challenge: a rejected decision and no run", () => {
    expect(of(answered(401))).toEqual(["refused", null, "refused_elsewhere:401"]);
    expect(of(answered(403))).toEqual(["refused", null, "refused_elsewhere:403"]);
    expect(of(answered(308, { headers: { location: "https://www.example.com/job" } }))).toEqual(["refused", null, "redirect:host"]); // biome-ignore format: one line
    expect(of(answered(307, { headers: { location: "/login" } }))).toEqual(["refused", null, "redirect:login"]);
    expect(of(answered(403, { headers: { "cf-mitigated": "challenge" } }))).toEqual(["refused", null, "waf_challenge:cloudflare"]); // biome-ignore format: one line
    expect(of(answered(202, { headers: { "x-amzn-waf-action": "challenge" } }))).toEqual(["refused", null, "waf_challenge:aws"]); // biome-ignore format: one line
    expect(of(answered(401, { headers: { "x-vercel-error": "UNAUTHORIZED" } }))).toEqual(["refused", null, "platform_protection:vercel"]); // biome-ignore format: one line
    const login = { headers: { "content-type": "text/html" }, body: '<form><input type="password">' };
    expect(of(answered(200, login))).toEqual(["refused", null, "html_instead_of_json:login"]);
  });

  test("another answer: fail", () => {
    for (const status of [404, 405, 409, 429, 500, 502, 304])
      expect(of(answered(status))).toEqual(["answered", "fail", null]);
    expect(of(answered(200, { ended: "timeout" }))).toEqual(["answered", "fail", null]);
    expect(of(answered(200, { ended: "broken" }))).toEqual(["answered", "fail", null]);
    // More than is read is a whole answer all the same.
    expect(of(answered(200, { ended: "cut" }))).toEqual(["answered", "success", null]);
  });

  test("no answer at all: a failed attempt and no run", () => {
    expect(of(silent())).toEqual(["no_answer", null, null]);
    const error = (more: Partial<NoAnswer>) => readDispatched(silent(more), asked()).attempt.error;
    expect(error({})).toBe("app.example.com refuses connections: nothing listens there.");
    expect(error({ phase: "tls", code: "CERT_HAS_EXPIRED" })).toBe(
      "app.example.com cannot be trusted: its certificate has expired.",
    );
    expect(error({ phase: "dns", code: "ENOTFOUND" })).toBe(
      "app.example.com has no address: the name is not known to DNS.",
    );
    expect(error({ phase: "address", code: "FORBIDDEN_ADDRESS", forbidden: "metadata" })).toBe(
      "app.example.com is an address that is never asked.",
    );
  });
});

test("a refusal that the route's own gate signed is one decision, which that gate reports itself", () => {
  const gate = { ok: true, id: "x", outcome: "rejected", ageSeconds: 0 } as const;
  expect(of(answered(401), { ...asked(), gate })).toEqual(["refused", null, null]);
  const admitted = { ...asked(), gate: { ...gate, outcome: "admitted" } as const };
  expect(readDispatched(answered(401), admitted).rejected?.diagnosis).toBe(
    "The gate of app.example.com let the request in, and the application refused it with 401.",
  );
});

test("whatever comes has one reading: a run or a refusal, never both, and a reason for whatever went badly", () => {
  const headers = fc.dictionary(
    fc.constantFrom("location", "server", "www-authenticate", "cf-mitigated", "content-type", "x-vercel-error"),
    fc.constantFrom("/login", "https://x.example/", "cloudflare", "Basic realm=x", "challenge", "text/html", "%%%"),
  );
  fc.assert(
    fc.property(
      fc.integer({ min: 100, max: 599 }),
      headers,
      fc.string(),
      fc.constantFrom("whole" as const, "cut" as const, "timeout" as const, "broken" as const),
      (status, some, body, ended) => {
        const { attempt, run, rejected } = readDispatched(answered(status, { headers: some, body, ended }), asked());
        expect(run === null).toBe(attempt.outcome === "refused");
        expect(rejected === null).toBe(attempt.outcome !== "refused");
        expect(attempt.error === null).toBe(run === "success");
        if (attempt.error !== null) expect(attempt.error).toMatch(/^\S.*\.$/s);
      },
    ),
  );
});
