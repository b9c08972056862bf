/** Bad requests at every route: each is made from its number alone, so that it can be made again. */
import { type Chance, chanceOf } from "../report.ts";
import { brokenBody, hostileValue, SPECS, TEXTS } from "./hostile.ts";
import type { FuzzRequest } from "./send.ts";

/** What is read of the OpenAPI document. */
export interface Operation {
  readonly method: string;
  /** `/schedules/{slug}` */
  readonly path: string;
  readonly query: readonly string[];
  /** The names of its body's fields; `null`: it takes none. */
  readonly fields: readonly string[] | null;
}

export interface Surroundings {
  readonly operations: readonly Operation[];
  readonly pages: readonly string[];
  readonly apiKey: string;
  readonly pingKey: string;
  /** Ids of what is there: schedules' uuids, runs, incidents. */
  readonly ids: readonly string[];
  readonly slugs: readonly string[];
  readonly seed: number;
}

const VALID: Readonly<Record<string, unknown>> = {
  name: "A job",
  spec: { kind: "interval", everySeconds: 3_600 },
  timezone: "Europe/Berlin",
  graceSeconds: 300,
  url: "http://127.0.0.1:9/",
  secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
  title: "A deploy",
  reason: "A reason",
  note: "A note",
  text: "A note",
  from: "2027-01-12T00:00:00Z",
  to: "2027-01-13T00:00:00Z",
  until: "2027-01-13T00:00:00Z",
  as: "new",
  mode: "excuse",
  max: 5,
  perMinute: 5,
  dryRun: true,
  count: 5,
  scope: "read",
  email: "somebody@example.org",
  role: "viewer",
};

/** Fields whose value may be taken for an address: only what leads nowhere. */
const ADDRESSES = new Set(["url", "target", "driver"]);
const NOWHERE: readonly unknown[] = [
  "",
  "http://",
  "http://127.0.0.1:9/",
  "http://[::1]:9/",
  "ftp://127.0.0.1/",
  "file:///etc/passwd",
  "javascript:alert(1)",
  "http://127.0.0.1:99999/",
  "http://127.0.0.1:9/<script>",
  "http://user:secret@127.0.0.1:9/",
  { kind: "rollcall", target: { url: "http://127.0.0.1:9/", method: "BREW" } },
  { kind: "rollcall", target: {} },
  { kind: "external", more: true },
  { kind: "crontab", connection: "nobody", ref: "\u0000" },
  { kind: "nobody" },
  7,
  null,
];

function bodyOf(operation: Operation, chance: Chance): Buffer {
  if (chance.next() < 0.12) return brokenBody(chance);
  const body: Record<string, unknown> = {};
  for (const name of operation.fields ?? []) if (name in VALID && chance.next() < 0.9) body[name] = VALID[name];
  const names = [...(operation.fields ?? []), "__proto__", "unknown field"];
  for (let i = chance.whole(0, 3); i > 0; i--) {
    const name = chance.pick(names);
    const value = ADDRESSES.has(name)
      ? chance.pick(NOWHERE)
      : name === "spec"
        ? chance.pick(SPECS)
        : name === "graceSeconds"
          ? chance.pick([-1, 1e20, 0.5, "300", null, 0])
          : hostileValue(chance);
    Object.defineProperty(body, name, { value, enumerable: true, configurable: true, writable: true });
  }
  return Buffer.from(JSON.stringify(body), "utf8");
}

/** Mostly a text that is written as addresses are; at times bytes that mean nothing there. */
const inPath = (text: string, chance: Chance): string =>
  chance.next() < 0.1
    ? chance.pick(["%", "%zz", "%ff%fe", "%00", "%2e%2e%2f", "%C0%AF", ";a=b", "%0d%0aX: y"])
    : encode(text);

function encode(text: string): string {
  try {
    return encodeURIComponent(text);
  } catch {
    // A lone surrogate cannot be written so; its three bytes can.
    return "%ED%A0%80";
  }
}

function queryOf(names: readonly string[], chance: Chance): string {
  const parts: string[] = [];
  for (let i = chance.whole(0, 3); i > 0; i--) {
    const name = names.length > 0 && chance.next() < 0.85 ? chance.pick(names) : encode(chance.pick(TEXTS));
    const value =
      name === "limit"
        ? chance.pick(["1000000000", "-1", "0", "abc", "1e3", "1001", "100", "99999999999999999999"])
        : chance.pick(["2027-01-12T00:00:00Z", "1970-01-01T00:00:00Z", ...TEXTS.map(encode)]);
    parts.push(`${name}=${value}`);
  }
  return parts.length === 0 ? "" : `?${parts.join("&")}`;
}

function headersOf(chance: Chance, { apiKey }: Surroundings): Record<string, string> {
  const headers: Record<string, string> = {};
  const who = chance.next();
  if (who < 0.8) headers["authorization"] = `Bearer ${apiKey}`;
  else if (who < 0.85) headers["x-api-key"] = apiKey;
  else if (who < 0.95)
    headers["authorization"] = chance.pick([
      "Bearer",
      "Bearer ",
      "Bearer wrong",
      "Basic YTpi",
      `bearer ${apiKey} x`,
      "\x7f",
      "é".repeat(50),
    ]);
  if (chance.next() < 0.3)
    headers["x-forwarded-for"] = chance.pick([
      "garbage",
      ",,,,",
      "999.999.999.999",
      "::ffff:1.2.3.4, unknown",
      "1.2.3.4:http",
      "'; DROP TABLE run",
      "a".repeat(4_000),
      "fe80::1%eth0",
    ]);
  if (chance.next() < 0.1) headers["x-forwarded-proto"] = chance.pick(["https", "gopher", ""]);
  if (chance.next() < 0.1) headers["x-forwarded-host"] = chance.pick(["evil.invalid", "[", "a b"]);
  if (chance.next() < 0.15) headers["if-match"] = chance.pick(['"1"', "1", "*", '"99999999999"', "W/", '"', "x", "-1"]);
  if (chance.next() < 0.1) headers["origin"] = chance.pick(["null", "http://evil.invalid", "garbage"]);
  if (chance.next() < 0.1)
    headers["cookie"] = chance.pick([
      "next-auth.session-token=x",
      "__Secure-next-auth.session-token=.",
      "a=%",
      ";;;=",
      `next-auth.session-token=${"a".repeat(3_000)}`,
    ]);
  if (chance.next() < 0.1) headers["user-agent"] = chance.pick(["", "<script>", "a".repeat(5_000), "\xff\xfe"]);
  if (chance.next() < 0.05) headers["accept"] = chance.pick(["text/html", "*/*;q=abc", "image/avif"]);
  return headers;
}

function apiRequest(chance: Chance, around: Surroundings): FuzzRequest {
  const operation = chance.pick(around.operations);
  let key: string | null = null;
  const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const known = name === "id" ? around.ids : around.slugs;
    key = chance.next() < 0.5 && known.length > 0 ? chance.pick(known) : chance.pick(TEXTS);
    return inPath(key, chance);
  });
  const body = operation.fields !== null || chance.next() < 0.05 ? bodyOf(operation, chance) : null;
  const method =
    chance.next() < 0.95
      ? operation.method
      : chance.pick(["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "PROPFIND"]);
  const type =
    chance.next() < 0.92
      ? "application/json"
      : chance.pick([
          "text/plain",
          "",
          "application/json; charset=utf-16",
          "multipart/form-data",
          "application/x-www-form-urlencoded",
        ]);
  const encoding: Record<string, string> =
    chance.next() < 0.02 ? { "content-encoding": chance.pick(["gzip", "br", "x"]) } : {};
  const huge = body !== null && chance.next() < 0.001 ? Buffer.alloc(10_000_000, "a") : body;
  return {
    method,
    path: `/api/v1${path}${queryOf(operation.query, chance)}`,
    headers: { ...headersOf(chance, around), ...(body === null ? {} : { "content-type": type, ...encoding }) },
    body: method === "GET" || method === "HEAD" ? null : huge,
    route: `${method} ${operation.path}`,
    ...effectOf(method, operation.path, key),
  };
}

function effectOf(method: string, path: string, key: string | null): Pick<FuzzRequest, "effect"> {
  if (path === "/schedules/{slug}" && method === "PUT") return { effect: { kind: "puts", what: "schedules", key } };
  if (path === "/schedules/{slug}" && method === "DELETE")
    return { effect: { kind: "deletes", what: "schedules", key } };
  if (path === "/webhooks/{name}" && method === "PUT") return { effect: { kind: "puts", what: "webhooks", key } };
  if (path === "/webhooks/{name}" && method === "DELETE") return { effect: { kind: "deletes", what: "webhooks", key } };
  if (path === "/maintenance" && method === "POST") return { effect: { kind: "adds", what: "maintenance", key: null } };
  if (path === "/maintenance/{id}" && method === "DELETE")
    return { effect: { kind: "deletes", what: "maintenance", key } };
  if (path === "/changes" && method === "POST") return { effect: { kind: "adds", what: "changes", key: null } };
  return {};
}

function pingRequest(chance: Chance, around: Surroundings): FuzzRequest {
  const bad = () => inPath(chance.pick(TEXTS), chance);
  const slug = chance.next() < 0.5 ? chance.pick(around.slugs) : chance.pick(TEXTS);
  const target = chance.pick([
    () => `${around.pingKey}/${inPath(slug, chance)}`,
    () => `${bad()}/${inPath(slug, chance)}`,
    () => chance.pick(around.ids),
    () => bad(),
    () => "",
    () => `${around.pingKey}/${inPath(slug, chance)}/${bad()}`,
    () => `${chance.pick(around.ids)}/${bad()}/${bad()}`,
  ])();
  const ending = chance.pick([
    "",
    "",
    "/start",
    "/fail",
    "/log",
    "/0",
    "/255",
    "/256",
    "/-1",
    "/1e2",
    "/00",
    "/",
    "//",
    "/start/",
    "/%73tart",
    "/START",
  ]);
  const parts: string[] = [];
  if (chance.next() < 0.4)
    parts.push(
      `rid=${chance.pick([...around.ids, "01910000-0000-7000-8000-000000000001%0A", "%00", "x", "", "{}", "ABCDEF00-0000-4000-8000-000000000001"])}`,
    );
  if (chance.next() < 0.2)
    parts.push(`at=${encode(chance.pick(["2027-01-12T00:00:00Z", "1970-01-01T00:00:00Z", "now", ...TEXTS]))}`);
  if (chance.next() < 0.2) parts.push(`window=${encode(chance.pick(TEXTS))}`);
  if (chance.next() < 0.1) parts.push(`env=${encode(chance.pick(["production", "staging", ...TEXTS]))}`);
  if (chance.next() < 0.1) parts.push(`create=${chance.pick(["0", "true", "", "2"])}`);
  // With a bad rid or a bad ending it makes nothing, and with a good one it may only make what is known already.
  if (chance.next() < 0.1) parts.push("create=1", "rid=bad");
  const method = chance.pick(["GET", "POST", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE"]);
  const body =
    method !== "POST"
      ? null
      : chance.next() < 0.002
        ? Buffer.alloc(10_000_000, 0)
        : chance.pick([
            Buffer.alloc(0),
            Buffer.from([0, 255, 254, 10, 0xc3, 0x28]),
            Buffer.from(chance.pick(TEXTS)),
            brokenBody(chance),
            Buffer.alloc(100_001, "x"),
          ]);
  const { authorization: _, ...headers } = headersOf(chance, around);
  return {
    method,
    path: `/ping/${target}${ending}${parts.length > 0 ? `?${parts.join("&")}` : ""}`,
    headers: {
      ...headers,
      ...(chance.next() < 0.1 ? { "rollcall-ticket": chance.pick(["x", "a.b.c", "eyJhbGciOiJub25lIn0.e30."]) } : {}),
    },
    body,
    route: `${method} /ping`,
  };
}

function pageRequest(chance: Chance, around: Surroundings): FuzzRequest {
  const page = chance.pick(around.pages).replace("{}", () => inPath(chance.pick(TEXTS), chance));
  const method = chance.pick(["GET", "GET", "GET", "POST", "HEAD", "PUT"]);
  const headers: Record<string, string> = headersOf(chance, around);
  if (chance.next() < 0.1) headers["next-action"] = chance.pick(["x", "0".repeat(42), "../"]);
  if (chance.next() < 0.1) headers["rsc"] = "1";
  if (chance.next() < 0.1) headers["next-router-state-tree"] = chance.pick(["x", "%5B%22%22%5D", "%"]);
  const body = method === "POST" || method === "PUT" ? brokenBody(chance) : null;
  if (body)
    headers["content-type"] = chance.pick([
      "application/json",
      "application/x-www-form-urlencoded",
      "text/plain;charset=UTF-8",
      "multipart/form-data; boundary=x",
    ]);
  return {
    method,
    path: `${page}${queryOf(["from", "to", "q", "tag", "next", "callbackUrl", "error"], chance)}`,
    headers,
    body,
    route: `${method} ${page}`,
  };
}

/** The n-th bad request. */
export function requestOf(n: number, around: Surroundings): FuzzRequest {
  const chance = chanceOf((around.seed + Math.imul(n + 1, 0x9e3779b1)) >>> 0);
  const kind = chance.next();
  if (kind < 0.62) return apiRequest(chance, around);
  if (kind < 0.92) return pingRequest(chance, around);
  return pageRequest(chance, around);
}
