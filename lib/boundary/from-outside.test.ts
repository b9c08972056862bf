import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ReadGateHeader } from "#gate/headers/gate-header.ts";
import { type Answered, KEPT_HEADERS, type NoAnswer } from "#lib/outbound/outcome.ts";
import "#lib/testing/seed.ts";
import { instant } from "#lib/time/instant.ts";
import { type AskedAs, readAnswer } from "./from-outside.ts";

const URL_ = "https://app.example.com/api/cron/probe";
const MISSING: ReadGateHeader = { ok: false, because: "missing" };
const GATE = (outcome: "admitted" | "rejected"): ReadGateHeader => ({ ok: true, id: "x", outcome, ageSeconds: 0 });
const asked = (more: Partial<AskedAs> = {}): AskedAs => ({ url: URL_, method: "GET", gate: MISSING, should: "accepted", ...more }); // biome-ignore format: one line
const answered = (status: number, headers: Record<string, string> = {}, body = ""): Answered => ({
  ...{ kind: "answered", status, headers, body, ended: "whole", durationMs: 3 },
});
const none = (phase: NoAnswer["phase"], code: string): NoAnswer => ({ kind: "no_answer", phase, code, durationMs: 3 });
const of = (outcome: Answered | NoAnswer, more: Partial<AskedAs> = {}) => {
  const { code, sub } = readAnswer(outcome, asked(more));
  return sub === null ? code : `${code}:${sub}`;
};
const to = (location: string, status = 308) => of(answered(status, { location }));

describe("no answer", () => {
  test.each([
    ["dns", "ENOTFOUND", "dns_failure"],
    ["dns", "EAI_AGAIN", "dns_failure"],
    ["dns", "TIMEOUT", "timeout:dns"],
    ["connect", "ECONNREFUSED", "connection_refused"],
    ["headers", "ECONNRESET", "connection_reset"],
    ["connect", "ENETUNREACH", "unreachable"],
    ["connect", "TIMEOUT", "timeout:connect"],
    ["headers", "TIMEOUT", "timeout:headers"],
    ["tls", "CERT_HAS_EXPIRED", "tls_error:expired"],
    ["tls", "ERR_TLS_CERT_ALTNAME_INVALID", "tls_error:name_mismatch"],
    ["tls", "DEPTH_ZERO_SELF_SIGNED_CERT", "tls_error:self_signed"],
    ["tls", "UNABLE_TO_VERIFY_LEAF_SIGNATURE", "tls_error:untrusted_chain"],
    ["tls", "EPROTO", "tls_error:protocol"],
    ["address", "FORBIDDEN_ADDRESS", "not_asked"],
  ] as const)("%s %s is %s", (phase, code, expected) => expect(of(none(phase, code))).toBe(expected));
});

describe("A redirect is a failure, and is named as one.", () => {
  test.each([
    ["/login?next=/api/cron/probe", "redirect:login"],
    ["https://accounts.example.com/x", "redirect:login"],
    ["/api/cron/probe/", "redirect:trailing_slash"],
    ["http://app.example.com/api/cron/probe", "redirect:scheme"],
    ["https://www.example.com/api/cron/probe", "redirect:host"],
    ["/de/api/cron/probe", "redirect:locale"],
    [URL_, "redirect:loop"],
    ["/elsewhere", "redirect:elsewhere"],
    ["javascript:alert(1)", "redirect:elsewhere"],
    ["https://vercel.com/sso-api?url=x", "platform_protection:vercel"],
    ["https://team.cloudflareaccess.com/cdn-cgi/access/login", "platform_protection:cloudflare-access"],
  ])("to %s", (location, expected) => expect(to(location)).toBe(expected));
  test("also behind a gate that let it in, and without saying where to", () => {
    expect(of(answered(302, { location: "/login" }), { gate: GATE("admitted") })).toBe("redirect:login");
    expect(of(answered(303))).toBe("redirect:elsewhere");
  });
  test("where to is said, and not with what question", () => {
    const { sentence } = readAnswer(answered(308, { location: "https://www.example.com/x?token=hush" }), asked());
    expect(sentence).toBe(
      "app.example.com answers 308 and sends to another host (https://www.example.com/x): no scheduled request arrives.",
    );
  });
});

describe("so that a probe can tell our refusal from somebody else's", () => {
  const edges = [
    [answered(401, { "x-vercel-error": "UNAUTHORIZED" }), "platform_protection:vercel"],
    [answered(401, { "www-authenticate": 'Basic realm="staging"' }), "edge_basic_auth"],
    [answered(403, { "cf-mitigated": "challenge", "cf-ray": "1" }), "waf_challenge:cloudflare"],
    [answered(503, {}, "<title>Just a moment...</title>"), "waf_challenge:cloudflare"],
    [answered(403, { "x-amzn-waf-action": "block" }), "waf_block:aws"],
    [answered(403, { "x-vercel-mitigated": "deny" }), "waf_block:vercel"],
    [answered(403, { "x-goog-iap-generated-response": "true" }), "platform_protection:iap"],
    [answered(403, {}, "Cross-site POST form submissions are forbidden"), "csrf_rejected:sveltekit"],
    [answered(401), "refused_elsewhere:401"],
    [answered(403), "refused_elsewhere:403"],
    [answered(429, { "retry-after": "5" }), "rate_limited_upstream"],
    [answered(413), "body_rejected"],
    [answered(405, { allow: "POST" }), "method_not_allowed:GET"],
    [answered(404), "route_not_found"],
    [answered(500, { server: "nginx/1.24" }, "<hr><center>nginx/1.24</center>"), "forward_auth_misconfigured:nginx"],
    [answered(500), "server_error:500"],
    [answered(502), "bad_gateway:502"],
    [answered(504), "bad_gateway:504"],
    [answered(504, { "x-vercel-error": "FUNCTION_INVOCATION_TIMEOUT" }), "cold_start_timeout:504"],
    [answered(504, {}, '{"message": "Endpoint request timed out"}'), "cold_start_timeout:504"],
    [answered(403, { server: "envoy" }), "forward_auth_misconfigured:envoy"],
    [answered(403, { server: "envoy" }, "RBAC: access denied"), "refused_elsewhere:403"],
    [answered(401, { server: "Netlify" }, "<title>Password protected site</title>"), "platform_protection:netlify"],
    [answered(403, { "cf-access-aud": "a1" }), "platform_protection:cloudflare-access"],
    [answered(401, { "x-vercel-id": "fra1::x" }, "Vercel Authentication"), "platform_protection:vercel"],
    [answered(200, { "content-type": "text/html" }, "<input type=password>"), "html_instead_of_json:login"],
    [answered(200, { "content-type": "text/html" }, "<title>404: not found</title>"), "soft_404"],
    [answered(200), "answered"],
  ] as const;
  test.each(edges)("%j is %s", (outcome, expected) => expect(of(outcome)).toBe(expected));
  test("ours says its reason to a probe", () => {
    const refused = answered(401, { "rollcall-reason": "wrong_secret" });
    expect(readAnswer(refused, asked({ gate: GATE("rejected"), should: "refused" }))).toEqual({
      ...{ layer: "gate", code: "gate_refused", sub: "wrong_secret" },
      sentence: "The gate of app.example.com refused it: the secret is not the one that this route expects.",
    });
    expect(of(answered(403), { gate: GATE("rejected") })).toBe("gate_refused");
    expect(of(answered(204), { gate: GATE("admitted") })).toBe("gate_admitted");
    expect(of(answered(500), { gate: GATE("admitted") })).toBe("server_error:500");
  });
  test("a clock that is wrong is told by the date of the answer", () => {
    const now = instant(Date.parse("2027-01-12T01:00:00Z"));
    const late = (date: string, reason = "stale_timestamp", more: Partial<AskedAs> = {}) =>
      readAnswer(answered(401, { "rollcall-reason": reason, date }), asked({ gate: GATE("rejected"), now, ...more }));
    expect(late("Tue, 12 Jan 2027 01:10:00 GMT")).toEqual({
      ...{ layer: "gate", code: "gate_refused", sub: "clock_skew_suspected" },
      sentence: "The gate of app.example.com refused it (the signature is too old): its clock is 600 s ahead of Rollcall's, by the date of its answer.", // biome-ignore format: one line
    });
    expect(late("Tue, 12 Jan 2027 00:50:00 GMT", "not_yet_valid").sentence).toContain("600 s behind Rollcall's");
    // What is refused as it should be, or for another reason, or beside a clock that is right, stays as it is.
    expect(late("Tue, 12 Jan 2027 01:10:00 GMT", "stale_timestamp", { should: "refused" }).sub).toBe("stale_timestamp");
    expect(late("Tue, 12 Jan 2027 01:10:00 GMT", "wrong_secret").sub).toBe("wrong_secret");
    expect(late("Tue, 12 Jan 2027 01:00:59 GMT").sub).toBe("stale_timestamp");
    expect(late("no date").sub).toBe("stale_timestamp");
  });
  test("what should be refused and is not is open, whoever let it in", () => {
    expect(of(answered(200), { should: "refused" })).toBe("fail_open");
    expect(of(answered(200), { should: "refused", gate: GATE("admitted") })).toBe("fail_open:admitted");
    expect(of(answered(200), { should: "refused", gate: GATE("rejected") })).toBe("fail_open:refusal_ignored");
    expect(of(answered(200), { gate: GATE("rejected") })).toBe("gate_bypassed:refusal_ignored");
    expect(of(answered(200), { gate: { ok: false, because: "forged" } })).toBe("gate_bypassed:forged");
  });
});

test("whatever comes has one reading, in one sentence, which repeats nothing that a header or a body holds", () => {
  const secret = "hush-9f2c1b7e44d0";
  const header = fc.constantFrom(...[...KEPT_HEADERS].filter((name) => name !== "location"));
  // Of where a redirect leads the path is said, and nothing else.
  const location = fc.oneof(
    fc.webUrl().map((url) => `${url}?token=${secret}`),
    fc.constant(`/login#${secret}`),
  );
  const value = fc.oneof(
    fc.string({ maxLength: 40 }).map((text) => `${text}${secret}`),
    fc.webUrl().map((url) => `${url}?token=${secret}`),
    fc.constantFrom("challenge", "Basic realm=x", "UNAUTHORIZED"),
  );
  const outcome = fc.oneof(
    fc.record({
      kind: fc.constant("answered" as const),
      status: fc.integer({ min: 100, max: 599 }),
      headers: fc
        .tuple(fc.dictionary(header, value, { maxKeys: 5 }), fc.option(location, { nil: undefined }))
        .map(([headers, to_]) => ({ ...headers, ...(to_ === undefined ? {} : { location: to_ }) })),
      body: fc.oneof(fc.string(), fc.constant(`<title>Not found ${secret}</title>`)),
      ended: fc.constantFrom("whole" as const, "cut" as const, "timeout" as const, "broken" as const),
      durationMs: fc.nat(),
    }),
    fc.record({
      kind: fc.constant("no_answer" as const),
      phase: fc.constantFrom(
        "address" as const,
        "dns" as const,
        "connect" as const,
        "tls" as const,
        "headers" as const,
      ),
      code: fc.oneof(fc.string(), fc.constantFrom("TIMEOUT", "ECONNRESET", "FORBIDDEN_ADDRESS", "constructor")),
      durationMs: fc.nat(),
    }),
  );
  const gate = fc.constantFrom<ReadGateHeader>(MISSING, GATE("admitted"), GATE("rejected"), { ok: false, because: "forged" }); // biome-ignore format: one line
  fc.assert(
    fc.property(outcome, gate, fc.constantFrom("refused" as const, "accepted" as const), (one, its, should) => {
      const read = readAnswer(one, asked({ gate: its, should }));
      expect(read.sentence).toMatch(/^\S[^\n]*\.$/u);
      expect(`${read.code} ${read.sub} ${read.sentence}`.replaceAll("undefined", "!")).not.toMatch(/!|hush/);
      if (one.kind === "answered" && one.status >= 300 && one.status < 400) expect(["redirect", "platform_protection"]).toContain(read.code); // biome-ignore format: one line
      if (one.kind === "answered" && one.status >= 200 && one.status < 300 && should === "refused" && read.code !== "platform_protection") expect(read.code).toBe("fail_open"); // biome-ignore format: one line
    }),
  );
});
