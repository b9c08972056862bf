import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Instant, instant } from "#lib/time/instant.ts";
import "#lib/testing/seed.ts";
import { readDrain } from "./drain.ts";
import { DRAIN_KINDS, type DrainKind } from "./drain-format.ts";
import { formatFor, formatOf } from "./register.ts";

const AT = instant(Date.parse("2027-01-12T01:00:03Z"));
const by = {
  route: "cron-api",
  paths: new Set(["/api/cron"]),
  caller: "vercel-cron",
  origin: "https://app.example.com",
  now: instant(AT + 60_000),
} as const;
const agent = "vercel-cron/1.0";

interface Line {
  readonly at: Instant;
  readonly path: string;
  readonly status: number;
  readonly agent: string;
}
const line = (more: Partial<Line> = {}): Line => ({
  at: AT,
  path: "/api/cron?token=hush",
  status: 308,
  agent,
  ...more,
});

/** The same request as each log writes it. */
const WRITTEN: Readonly<Record<DrainKind, (one: Line) => string>> = {
  vercel: ({ at, path, status, agent: its }) =>
    JSON.stringify({ id: "1", projectId: "p", deploymentId: "d", source: "lambda", timestamp: at, requestId: "iad1::x", proxy: { timestamp: at, method: "GET", path, statusCode: status, userAgent: [its] } }), // biome-ignore format: one line
  "nginx-combined": ({ at, path, status, agent: its }) => {
    const time = `12/Jan/2027:${new Date(at).toISOString().slice(11, 19)} +0000`;
    return `203.0.113.9 - - [${time}] "GET ${path} HTTP/1.1" ${status} 162 "-" "${its}"`;
  },
  "nginx-json": ({ at, path, status, agent: its }) =>
    JSON.stringify({ time_iso8601: new Date(at).toISOString(), request_method: "GET", request_uri: path, status: String(status), http_user_agent: its, request_id: "abc" }), // biome-ignore format: one line
  cloudflare: ({ at, path, status, agent: its }) =>
    JSON.stringify({ EdgeStartTimestamp: at * 1_000_000, ClientRequestMethod: "GET", ClientRequestURI: path, EdgeResponseStatus: status, ClientRequestUserAgent: its, RayID: "8f" }), // biome-ignore format: one line
  generic: ({ at, path, status, agent: its }) =>
    JSON.stringify({ at: new Date(at).toISOString(), method: "GET", path, status, userAgent: its, id: "7" }),
};

describe.each(DRAIN_KINDS)("%s", (kind) => {
  const written = WRITTEN[kind];
  const read = (...lines: readonly Partial<Line>[]) => readDrain(lines.map((one) => written(line(one))).join("\n"), by);
  test("is known as what it is, and says what its logs cannot tell", () => {
    const text = written(line());
    const entry = kind === "nginx-combined" ? ({ kind: "text", text } as const) : ({ kind: "record", record: JSON.parse(text) } as const); // biome-ignore format: one line
    expect(formatFor(entry)?.kind).toBe(kind);
    for (const limit of formatOf(kind).limits) expect(limit).toMatch(/\.$/);
  });
  test("a refused scheduled request is a decision, once, without what its address held", () => {
    const { taken, decisions } = read({}, {});
    expect(taken).toBe(2);
    expect(decisions).toHaveLength(1);
    expect(decisions[0]).toMatchObject({ at: AT, outcome: "rejected", reason: "redirect", method: "GET", path: "/api/cron", source: "drain", detail: "308" }); // biome-ignore format: one line
    expect(decisions[0]?.presented.hints?.[0]?.of).toBe("vercel-cron");
    expect(JSON.stringify(decisions)).not.toContain("hush");
  });
  test.each([
    [401, "refused_elsewhere"],
    [404, "route_not_found"],
    [405, "method_not_allowed"],
    [413, "body_rejected"],
    [429, "rate_limited_upstream"],
    [500, "server_error"],
    [502, "bad_gateway"],
  ])("%i is %s", (status, reason) => expect(read({ status }).decisions[0]?.reason).toBe(reason));
  test("what came through, other paths, browsers and other times are none", () => {
    const none = [{ status: 200 }, { status: 304 }, { path: "/other" }, { agent: "Mozilla/5.0" }, { agent: "curl/8" }];
    expect(read(...none)).toEqual({ taken: none.length, decisions: [] });
    if (kind !== "nginx-combined") expect(read({ at: instant(AT - 9 * 86_400_000) }).decisions).toEqual([]);
  });
});

describe("where the log tells where a redirect leads, it is read as one that was asked for", () => {
  const where: Readonly<Record<string, (location: string) => string>> = {
    "nginx-json": (location) => JSON.stringify({ ...JSON.parse(WRITTEN["nginx-json"](line({ status: 302 }))), sent_http_location: location }), // biome-ignore format: one line
    cloudflare: (location) => JSON.stringify({ ...JSON.parse(WRITTEN.cloudflare(line({ status: 302 }))), ResponseHeaders: { location } }), // biome-ignore format: one line
    generic: (location) => JSON.stringify({ ...JSON.parse(WRITTEN.generic(line({ status: 302 }))), location }),
  };
  test.each(Object.keys(where))("%s", (kind) => {
    const [told] = readDrain(where[kind]?.("https://www.example.com/api/cron?token=hush") ?? "", by).decisions;
    expect(told).toMatchObject({ reason: "redirect", detail: "host" });
    expect(told?.diagnosis).toMatch(/^GET \/api\/cron: app\.example\.com answers 302 and sends to another host \(https:\/\/www\.example\.com\/api\/cron\): no scheduled request arrives \(.+\)\.$/); // biome-ignore format: one line
    const of = (location: string) => readDrain(where[kind]?.(location) ?? "", by).decisions[0];
    expect(of("/login?next=/api/cron")).toMatchObject({ reason: "redirect", detail: "login" });
    expect(of("/api/cron/")).toMatchObject({ reason: "redirect", detail: "trailing_slash" });
    expect(of("https://vercel.com/sso-api?url=x&nonce=hush")).toMatchObject({ reason: "platform_protection", detail: "vercel" }); // biome-ignore format: one line
    expect(of("https://team.cloudflareaccess.com/cdn-cgi/access/login")).toMatchObject({ reason: "platform_protection", detail: "cloudflare-access" }); // biome-ignore format: one line
    expect(JSON.stringify([told, of("/x?token=hush")])).not.toContain("hush");
  });
});

test("a firewall is named where the log names it", () => {
  const cf = { ...JSON.parse(WRITTEN.cloudflare(line({ status: 403 }))), SecurityAction: "managed_challenge" };
  expect(readDrain(JSON.stringify([cf]), by).decisions[0]?.reason).toBe("waf_challenge");
  const denied = JSON.parse(WRITTEN.vercel(line({ status: 403 })));
  denied.proxy.wafAction = "deny";
  expect(readDrain(JSON.stringify(denied), by).decisions[0]?.reason).toBe("waf_block");
});

test("a contract without a platform is called by anything but a browser", () => {
  const text = [WRITTEN.generic(line({ agent: "curl/8.5" })), WRITTEN.generic(line({ agent: "Mozilla/5.0" }))].join(
    "\n",
  );
  expect(readDrain(text, { ...by, caller: "hmac" }).decisions.map(({ via }) => via)).toEqual(["scheduler"]);
});

test("whatever comes is read, and counted", () => {
  const text = fc.oneof(fc.string(), fc.json(), fc.constantFrom(...DRAIN_KINDS).map((kind) => WRITTEN[kind](line()).slice(0, 80))); // biome-ignore format: one line
  fc.assert(
    fc.property(fc.array(text), (lines) => {
      const { taken, decisions } = readDrain(lines.join("\n"), by);
      expect(decisions.length).toBeLessThanOrEqual(taken);
    }),
  );
});
