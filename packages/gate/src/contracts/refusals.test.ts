import { createHmac } from "node:crypto";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { Webhook } from "standardwebhooks";
import { describe, expect, test } from "vitest";
import { depsAt } from "../../testing/judging.ts";
import { BODY, GITHUB, GOOGLE, issued, KUBERNETES, NEXT_SECRET, NOW, SAMPLES, SECRET, stranger, URL_OF_ROUTE } from "../../testing/samples.ts"; // biome-ignore format: one line
import { type Decided, decide } from "../decide.ts";
import { tokens } from "../jwt.ts";
import type { Deps, RequestParts } from "./contract.ts";
import type { ContractKind } from "./kinds.ts";
import type { ContractConfig } from "./register.ts";

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const at = (
  request: RequestParts,
  kind: ContractKind,
  deps: Partial<Deps> = {},
  config: ContractConfig = SAMPLES[kind].config,
): Promise<Decided> =>
  // biome-ignore format: one line
  decide(request, { route: "r", contracts: [config] }, depsAt(deps.now ?? NOW, deps));
const withHeaders = (request: RequestParts, headers: Record<string, string>): RequestParts => ({
  ...request,
  headers: { ...request.headers, ...headers },
});
const withBody = (request: RequestParts, body: RequestParts["body"]): RequestParts => ({ ...request, body });
const bearer = (token: string, more: Record<string, string> = {}): RequestParts => ({
  method: "POST",
  url: URL_OF_ROUTE,
  headers: { authorization: `Bearer ${token}`, ...more },
  body: utf8(BODY),
});

describe("a secret that travels as it is", () => {
  const cases: readonly (readonly [string, string, string | null])[] = [
    ["another secret of the same length", NEXT_SECRET.replace("X", "Y"), null],
    ["a line feed stored with it", `${SECRET}\\n`, "whitespace"],
    ["a blank inside", `${SECRET.slice(0, 9)} ${SECRET.slice(9)}`, "whitespace"],
    ["quotation marks", `"${SECRET}"`, "quoted"],
    ["Bearer twice", `Bearer ${SECRET}`, "prefix"],
    ["the variable's name in front", `CRON_SECRET=${SECRET}`, "prefix"],
    ["other case", SECRET.toLowerCase(), "case"],
    ["percent-encoding", [...SECRET].map((c) => `%${c.charCodeAt(0).toString(16)}`).join(""), "url_encoded"],
    ["only its beginning", SECRET.slice(0, 12), "truncated"],
    ["only its end", SECRET.slice(-12), "truncated"],
    ["something after it", `${SECRET}xyz`, "extended"],
    ["its base64 form", Buffer.from(SECRET).toString("base64"), "base64_of_expected"],
    ["a length of one, from a broken pipe", "x", "length: 1 character where 22 are expected"],
  ];
  test.each(cases)("%s is refused as wrong_secret, and named", async (_title, presented, detail) => {
    expect(await at(bearer(presented), "bearer")).toMatchObject({ reason: "wrong_secret", detail });
  });

  test.each([
    ["undefined", "literal_undefined"],
    ["null", "literal_undefined"],
    ["[object Object]", "literal_undefined"],
    ["$CRON_SECRET", "unexpanded_placeholder"],
    [`$\{CRON_SECRET}`, "unexpanded_placeholder"],
    ["{{ secrets.CRON }}", "unexpanded_placeholder"],
    ["%CRON_SECRET%", "unexpanded_placeholder"],
    ["process.env.CRON_SECRET", "unexpanded_placeholder"],
    ["<your-secret>", "unexpanded_placeholder"],
    ["changeme", "unexpanded_placeholder"],
    ["", "missing_credentials"],
  ])("Bearer %s is %s", async (presented, reason) => {
    expect(await at(bearer(presented), "bearer")).toMatchObject({ outcome: "rejected", reason });
  });

  test("the scheme's case does not matter (RFC 9110)", async () => {
    const request = withHeaders(bearer(""), { authorization: `bearer ${SECRET}` });
    expect(await at(request, "bearer")).toMatchObject({ outcome: "admitted" });
  });

  test("two Authorization values are ambiguous", async () => {
    const request = withHeaders(bearer(""), { authorization: `Bearer ${SECRET}, Basic eDp5` });
    expect(await at(request, "bearer")).toMatchObject({ reason: "ambiguous_credentials" });
  });

  test("another route's secret is named by its route", async () => {
    const deps = { others: [{ owner: "billing", value: "another-routes-secret-1" }] };
    const found = await at(bearer("another-routes-secret-1"), "bearer", deps);
    expect(found).toMatchObject({ reason: "wrong_secret", detail: "belongs_to_route:billing" });
    expect(found.diagnosis).toBe("The secret belongs to the route billing.");
  });

  test.each([
    ["in the query", { url: `${URL_OF_ROUTE}&secret=${SECRET}` }, "secret_in_url"],
    ["in a header of its own", { headers: { "x-cron-secret": SECRET } }, "secret_in: x-cron-secret"],
    [
      "as the password of Basic",
      { headers: { authorization: `Basic ${btoa(`cron:${SECRET}`)}` } },
      "secret_in: the password of Basic",
    ],
  ])("the right secret %s is refused as being in the wrong place", async (_title, change, detail) => {
    const request = { ...bearer(""), headers: {}, ...change };
    expect(await at(request, "vercel-cron")).toMatchObject({ reason: "wrong_contract", detail });
  });

  test("a user name that is wrong is told from a password that is", async () => {
    const basic = (pair: string) => withHeaders(bearer(""), { authorization: `Basic ${btoa(pair)}` });
    expect(await at(basic(`root:${SECRET}`), "basic")).toMatchObject({ reason: "wrong_secret", detail: "username" });
    expect(await at(basic("cron:another"), "basic")).toMatchObject({ reason: "wrong_secret" });
    expect(await at(basic("no colon"), "basic")).toMatchObject({ reason: "malformed_credentials", detail: "no colon" });
  });

  test("a public key of Supabase's is no secret", async () => {
    const anon = await new SignJWT({ role: "anon", iss: "supabase" }).setProtectedHeader({ alg: "HS256" }).sign(utf8(SECRET)); // biome-ignore format: one line
    for (const secret of [anon, "sb_publishable_0123456789abcdef"])
      expect(await at(bearer(secret), "supabase", {}, { kind: "supabase", secret })).toMatchObject({
        reason: "secret_not_configured",
      });
    const secret = "sb_secret_0123456789abcdef";
    expect(
      await at({ ...bearer(""), headers: { apikey: secret } }, "supabase", {}, { kind: "supabase", secret }),
    ).toMatchObject({ outcome: "admitted" });
    expect(await at(bearer(secret), "bearer")).toMatchObject({ reason: "wrong_contract", detail: "supabase-key" });
  });
});

describe("a signature", () => {
  const SIGNED: readonly ContractKind[] = ["timestamped-hmac", "standard-webhooks", "inngest", "hmac"];

  test.each(SIGNED)("%s: a body changed by one byte is refused", async (kind) => {
    const request = await SAMPLES[kind].genuine();
    const changed = withBody(request, utf8(BODY.replace("ü", "u")));
    expect(await at(changed, kind)).toMatchObject({ reason: "bad_signature" });
  });

  test.each(["timestamped-hmac", "standard-webhooks", "hmac"] as const)(
    "%s: a body that was parsed and written again is named",
    async (kind) => {
      // biome-ignore format: one line
      const request = await SAMPLES[kind].genuine({ body: '{"a":1,"b":[2]}' });
      const pretty = withBody(request, utf8('{\n  "a": 1,\n  "b": [\n    2\n  ]\n}'));
      expect(await at(pretty, kind)).toMatchObject({ reason: "bad_signature", detail: "body_mutated" });
      expect(await at(withBody(request, utf8("")), kind)).toMatchObject({ reason: "bad_signature", detail: "body_empty" }); // biome-ignore format: one line
    },
  );

  test("inngest: white space and the order of keys do not matter, since the canonical form is signed", async () => {
    const request = await SAMPLES.inngest.genuine({ body: '{"b":1,"a":2}' });
    expect(await at(withBody(request, utf8('{ "a": 2, "b": 1 }')), "inngest")).toMatchObject({ outcome: "admitted" });
  });

  test.each([...SIGNED, "qstash", "rollcall"] as const)(
    "%s: a body that is not there is refused, and why it is not there is said",
    async (kind) => {
      // biome-ignore format: one line
      const request = await SAMPLES[kind].genuine();
      expect(await at(withBody(request, "unavailable"), kind)).toMatchObject({ reason: "body_unavailable" });
      expect(await at(withBody(request, "too_large"), kind)).toMatchObject({ reason: "body_too_large" });
      expect(await at(withBody(request, "consumed"), kind)).toMatchObject({ reason: "bad_signature", detail: "body_consumed" }); // biome-ignore format: one line
    },
  );

  test("rollcall: a request without a body is admitted where bodies are not forwarded", async () => {
    const request = await SAMPLES.rollcall.genuine({ body: "" });
    expect(await at(withBody(request, "unavailable"), "rollcall")).toMatchObject({ outcome: "admitted" });
  });

  test("rollcall: method, path, query, execution, expected time and schedule are all covered", async () => {
    const request = await SAMPLES.rollcall.genuine();
    const others: readonly RequestParts[] = [
      { ...request, method: "PUT" },
      { ...request, url: request.url.replace("nightly", "hourly") },
      { ...request, url: request.url.replace("part=2", "part=3") },
      withHeaders(request, { "rollcall-execution": "another" }),
      withHeaders(request, { "rollcall-scheduled-for": "2026-11-24T10:00:00.000Z" }),
      withHeaders(request, { "rollcall-schedule": "hourly" }),
    ];
    for (const other of others) expect(await at(other, "rollcall")).toMatchObject({ reason: "bad_signature" });
  });

  test.each(["timestamped-hmac", "standard-webhooks", "inngest", "rollcall"] as const)(
    "%s: ten minutes old, or ten minutes ahead, is refused, and by how much is said",
    async (kind) => {
      // biome-ignore format: one line
      const request = await SAMPLES[kind].genuine();
      const later = await at(request, kind, { now: NOW + 600_000 });
      expect(later).toMatchObject({ reason: "stale_timestamp", detail: "600 s old, 300 s are allowed" });
      expect(later.diagnosis).toMatch(/600 s old.*clock/);
      expect(await at(request, kind, { now: NOW - 600_000 })).toMatchObject({
        reason: "future_timestamp",
        detail: "600 s ahead, 300 s are allowed",
      });
      expect(await at(request, kind, { now: NOW + 299_000 })).toMatchObject({ outcome: "admitted" });
    },
  );

  test("the key read in another way is named", async () => {
    const { config } = SAMPLES["standard-webhooks"];
    const secret = config.kind === "standard-webhooks" ? (config.secret ?? "") : "";
    const [id, t] = ["msg_1", String(NOW / 1_000)];
    const asText = createHmac("sha256", secret).update(`${id}.${t}.${BODY}`).digest("base64");
    const headers = { "webhook-id": id, "webhook-timestamp": t, "webhook-signature": `v1,${asText}` };
    const found = await at({ method: "POST", url: URL_OF_ROUTE, headers, body: utf8(BODY) }, "standard-webhooks");
    expect(found).toMatchObject({
      reason: "bad_signature",
      detail: "key_encoding: would match with the key as text, with its prefix",
    });
    const stripeLike: ContractConfig = { kind: "timestamped-hmac", secret };
    const decoded = createHmac("sha256", Buffer.from(secret.slice(6), "base64"))
      .update(`${t}.${BODY}`)
      .digest("hex");
    const signed = { "stripe-signature": `t=${t},v1=${decoded}` };
    expect(
      await at({ method: "POST", url: URL_OF_ROUTE, headers: signed, body: utf8(BODY) }, "timestamped-hmac", {}, stripeLike), // biome-ignore format: one line
    ).toMatchObject({ detail: "key_encoding: would match with the base64-decoded key" });
  });

  test("another encoding, another hash and the time left out are named", async () => {
    const send = (value: string, kind: ContractKind, header: string) =>
      at({ method: "POST", url: URL_OF_ROUTE, headers: { [header]: value }, body: utf8(BODY) }, kind);
    const mac = (hash: string) => createHmac(hash, SECRET).update(BODY);
    expect(await send(mac("sha256").digest("base64"), "hmac", "x-hub-signature-256")).toMatchObject({ reason: "bad_signature", detail: "encoding: presented as base64, expected as hex" }); // biome-ignore format: one line
    expect(await send(mac("sha1").digest("hex"), "hmac", "x-hub-signature-256")).toMatchObject({ reason: "algorithm_not_allowed", detail: "presented sha1, expected sha256" }); // biome-ignore format: one line
    expect(await send(`sha1=${mac("sha1").digest("hex")}`, "hmac", "x-hub-signature-256")).toMatchObject({ reason: "algorithm_not_allowed" }); // biome-ignore format: one line
    const bodyAlone = `t=${NOW / 1_000},v1=${mac("sha256").digest("hex")}`;
    expect(await send(bodyAlone, "timestamped-hmac", "stripe-signature")).toMatchObject({ reason: "wrong_contract" });
  });

  test("another route's key is named by its route", async () => {
    const deps = { others: [{ owner: "billing", value: "another-routes-secret-1" }] };
    const signature = createHmac("sha256", "another-routes-secret-1").update(BODY).digest("hex");
    const request = { method: "POST", url: URL_OF_ROUTE, headers: { "x-hub-signature-256": `sha256=${signature}` }, body: utf8(BODY) }; // biome-ignore format: one line
    expect(await at(request, "hmac", deps)).toMatchObject({ reason: "bad_signature", detail: "key_of_other_route: billing" }); // biome-ignore format: one line
  });

  test("under a flood a mismatch is refused without being looked into", async () => {
    const found = await at(bearer(`"${SECRET}"`), "bearer", { explain: false });
    expect(found).toMatchObject({ reason: "wrong_secret", detail: null });
  });

  test("of several signatures one has to match, and a retry of one id with a time of its own is let in", async () => {
    const { config } = SAMPLES["standard-webhooks"];
    const secret = config.kind === "standard-webhooks" ? (config.secret ?? "") : "";
    const deps = depsAt();
    for (const now of [NOW, NOW + 5_000]) {
      const good = new Webhook(secret).sign("msg_1", new Date(now), BODY);
      const headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": String(now / 1_000),
        "webhook-signature": `v1,${btoa("another signature of 32 bytes!!!")} ${good}`,
      };
      const request = { method: "POST", url: URL_OF_ROUTE, headers, body: utf8(BODY) };
      expect(await at(request, "standard-webhooks", { ...deps, now })).toMatchObject({
        outcome: "admitted",
        told: { executionId: "msg_1" },
      });
    }
  });

  test("Svix's old header names are told from the standard's", async () => {
    const genuine = await SAMPLES["standard-webhooks"].genuine();
    const headers = Object.fromEntries(Object.entries(genuine.headers).map(([name, value]) => [name.replace("webhook", "svix"), value])); // biome-ignore format: one line
    expect(await at({ ...genuine, headers }, "standard-webhooks")).toMatchObject({ reason: "wrong_contract" });
  });
});

describe("qstash", () => {
  const { genuine } = SAMPLES.qstash;
  const cases: readonly (readonly [string, () => Promise<RequestParts>, string, RegExp | null])[] = [
    ["an expired token", () => genuine({ now: NOW - 600_000 }), "expired_token", /^300 s ago$/],
    ["a token of the future", () => genuine({ now: NOW + 600_000 }), "not_yet_valid", /^in 600 s$/],
    ["http where https arrived", () => genuine({ claims: { sub: URL_OF_ROUTE.replace("https", "http") } }), "wrong_subject", /^scheme:/], // biome-ignore format: one line
    ["another host", () => genuine({ claims: { sub: URL_OF_ROUTE.replace("app.", "www.") } }), "wrong_subject", /^host:/], // biome-ignore format: one line
    ["another path", () => genuine({ claims: { sub: URL_OF_ROUTE.replace("nightly", "hourly") } }), "wrong_subject", /^path:/], // biome-ignore format: one line
    ["a slash more", () => genuine({ claims: { sub: URL_OF_ROUTE.replace("nightly", "nightly/") } }), "wrong_subject", /^trailing slash:/], // biome-ignore format: one line
    ["another query", () => genuine({ claims: { sub: URL_OF_ROUTE.replace("2", "3") } }), "wrong_subject", /^query:/],
    ["another issuer", () => genuine({ claims: { iss: "Upstart" } }), "unknown_issuer", null],
    ["another body", async () => withBody(await genuine(), utf8("{}")), "bad_signature", /^body_mutated$/],
    ["no body", async () => withBody(await genuine(), utf8("")), "bad_signature", /^body_empty$/],
    ["no claim of a body", () => genuine({ claims: { body: null } }), "claim_mismatch", /^body/],
  ];
  test.each(cases)("%s is refused", async (_title, make, reason, detail) => {
    const found = await at(await make(), "qstash");
    expect(found).toMatchObject({ outcome: "rejected", reason });
    if (detail) expect(found.detail).toMatch(detail);
  });

  test("five seconds of skew are not refused, as Upstash's receiver refuses them", async () => {
    expect(await at(await genuine({ now: NOW + 5_000 }), "qstash")).toMatchObject({ outcome: "admitted" });
  });

  test("a wrong key, no algorithm, and the public development keys", async () => {
    const claims = { iss: "Upstash", sub: URL_OF_ROUTE, exp: NOW / 1_000 + 300 };
    const sign = (key: string) => new SignJWT(claims).setProtectedHeader({ alg: "HS256" }).sign(utf8(key));
    const send = (token: string) => at({ method: "POST", url: URL_OF_ROUTE, headers: { "upstash-signature": token }, body: utf8(BODY) }, "qstash"); // biome-ignore format: one line
    expect(await send(await sign("sig_somebody_elses_key"))).toMatchObject({ reason: "bad_signature", detail: null });
    expect(await send(await sign("sig_7kYjw48mhY7kAjqNGcy6cr29RJ6r"))).toMatchObject({ reason: "bad_signature" });
    const none = `${btoa('{"alg":"none"}')}.${btoa(JSON.stringify(claims))}.`.replace(/=/g, "");
    expect(await send(none)).toMatchObject({ reason: "algorithm_not_allowed" });
  });
});

describe("a token of an issuer's", () => {
  const google = async (claims: object, key = {}) => bearer(await issued({ ...GOOGLE, ...claims }, NOW, key));
  const cases: readonly (readonly [string, () => Promise<RequestParts>, string])[] = [
    ["expired", async () => bearer(await issued(GOOGLE, NOW - 7_200_000)), "expired_token"],
    ["not yet valid", async () => bearer(await issued(GOOGLE, NOW + 600_000)), "not_yet_valid"],
    ["without an expiry", () => google({ exp: undefined }), "claim_mismatch"],
    ["for another audience", () => google({ aud: "https://other.example.com" }), "wrong_audience"],
    ["for another service account: another tenant's valid token", () => google({ email: "x@y.iam.gserviceaccount.com" }), "claim_mismatch"], // biome-ignore format: one line
    ["whose email is not verified", () => google({ email_verified: false }), "claim_mismatch"],
    ["by another issuer", () => google({ iss: "https://accounts.example.com" }), "unknown_issuer"],
    ["under a stranger's key", () => google({}, { key: stranger.privateKey }), "bad_signature"],
    ["under a key that is not published", () => google({}, { key: stranger.privateKey, kid: "k2" }), "unknown_key"],
    ["that is an access token", async () => bearer("ya29.a0AfB_byC"), "wrong_contract"],
    ["that is a plain secret", async () => bearer(SECRET), "wrong_contract"],
  ];
  test.each(cases)("%s is refused", async (_title, make, reason) => {
    expect(await at(await make(), "google-oidc")).toMatchObject({ outcome: "rejected", reason });
  });

  test("an access token is told from an ID token in words", async () => {
    const found = await at(bearer("ya29.a0AfB_byC"), "google-oidc");
    expect(found.detail).toBe("oauth_access_token_where_id_token_expected");
    expect(found.diagnosis).toBe("The request carries an OAuth access token of Google's; this route expects an OIDC token of Google's for cron@p.iam.gserviceaccount.com."); // biome-ignore format: one line
  });

  test("an audience that differs in its query alone is said to, without the query", async () => {
    const found = await at(await google({ aud: "https://app.example.com/api/cron/nightly" }), "google-oidc");
    expect(found.detail).toBe("expected https://app.example.com/api/cron/nightly?…, presented https://app.example.com/api/cron/nightly (they differ in the query)"); // biome-ignore format: one line
  });

  test("alg none and HS256 with the public key are not allowed", async () => {
    const none = `${btoa('{"alg":"none"}')}.${btoa(JSON.stringify(GOOGLE))}.`.replace(/=/g, "");
    expect(await at(bearer(none), "google-oidc")).toMatchObject({ reason: "algorithm_not_allowed" });
    const pair = await generateKeyPair("RS256", { extractable: true });
    const publicText = JSON.stringify(await exportJWK(pair.publicKey));
    const confused = await new SignJWT({ ...GOOGLE, exp: NOW / 1_000 + 60 }).setProtectedHeader({ alg: "HS256", kid: "k1" }).sign(utf8(publicText)); // biome-ignore format: one line
    expect(await at(bearer(confused), "google-oidc")).toMatchObject({
      reason: "algorithm_not_allowed",
      detail: "presented HS256, expected RS256",
    });
  });

  test("GitHub: another repository, GitHub's default audience, and a token that was presented before", async () => {
    const send = async (claims: object) => at(bearer(await issued({ ...GITHUB, ...claims }, NOW)), "github-oidc");
    expect(await send({ repository: "evil/jobs" })).toMatchObject({
      reason: "claim_mismatch",
      detail: "repository: expected acme/jobs, presented evil/jobs",
    });
    expect(await send({ aud: "https://github.com/acme" })).toMatchObject({ reason: "wrong_audience" });
    expect(await send({})).toMatchObject({ outcome: "admitted", told: { executionId: "77-1" } });
  });

  test("Kubernetes: the API server's own audience, another account, another cluster", async () => {
    const send = async (claims: object) => at(bearer(await issued({ ...KUBERNETES, ...claims }, NOW)), "kubernetes-token"); // biome-ignore format: one line
    expect(await send({ aud: ["https://kubernetes.default.svc"] })).toMatchObject({ reason: "wrong_audience" });
    expect(await send({ aud: ["x", "rollcall"] })).toMatchObject({ outcome: "admitted" });
    expect(await send({ sub: "system:serviceaccount:jobs:other" })).toMatchObject({ reason: "claim_mismatch" });
    expect(await send({ iss: "https://other-cluster" })).toMatchObject({ reason: "unknown_issuer" });
  });

  test("keys that cannot be fetched refuse, and the reason is theirs", async () => {
    const away = tokens({ fetch: () => Promise.reject(new Error("ECONNREFUSED")) });
    expect(await at(await google({}), "google-oidc", { tokens: away })).toMatchObject({ reason: "keys_unavailable", detail: "cannot be reached" }); // biome-ignore format: one line
    expect(await at(await google({}), "google-oidc", { tokens: undefined })).toMatchObject({ reason: "keys_unavailable" }); // biome-ignore format: one line
  });
});

describe("the gate as a whole", () => {
  test("x-middleware-subrequest is refused, whatever comes with it", async () => {
    const request = withHeaders(await SAMPLES.bearer.genuine(), { "x-middleware-subrequest": "middleware" });
    expect(await at(request, "bearer")).toMatchObject({ reason: "untrusted_proxy", detail: "x-middleware-subrequest" });
  });

  test("the manual door is told from the scheduler's", async () => {
    const manual: ContractConfig = { kind: "bearer", secret: NEXT_SECRET };
    const enforced = { route: "r", contracts: [{ kind: "vercel-cron", secret: SECRET }], manual } as const;
    expect(await decide(bearer(SECRET), enforced, depsAt())).toMatchObject({ reason: "admitted", via: "scheduler" });
    expect(await decide(bearer(NEXT_SECRET), enforced, depsAt())).toMatchObject({ reason: "admitted_manual", via: "manual" }); // biome-ignore format: one line
    expect(await decide(bearer("neither"), enforced, depsAt())).toMatchObject({ outcome: "rejected", via: "stranger" });
  });

  test("several contracts are accepted while a route moves from one platform to another", async () => {
    const enforced = { route: "r", contracts: [SAMPLES.qstash.config, SAMPLES["vercel-cron"].config] } as const;
    for (const kind of ["qstash", "vercel-cron"] as const)
      expect(await decide(await SAMPLES[kind].genuine(), enforced, depsAt())).toMatchObject({ outcome: "admitted" });
  });

  test('For a reject it compares that shape with every contract that it knows, and says which one the request would have satisfied in form: "the request carries a bearer secret as Vercel Cron sends it; this route expects an HMAC signature".', async () => {
    const found = await at(await SAMPLES["vercel-cron"].genuine(), "hmac");
    expect(found).toMatchObject({ reason: "wrong_contract", contractResembled: "vercel-cron" });
    expect(found.diagnosis).toBe("The request carries a bearer secret as Vercel Cron sends it; this route expects an HMAC signature over the body in x-hub-signature-256."); // biome-ignore format: one line
  });

  test("what the platform says of its occurrence is read, of a refused request too", async () => {
    expect((await at(await SAMPLES["google-oidc"].genuine(), "hmac")).told).toEqual({ scheduledFor: Date.UTC(2026, 10, 24, 9), schedule: "nightly" }); // biome-ignore format: one line
    expect((await at(await SAMPLES["vercel-cron"].genuine(), "hmac")).told).toEqual({ expression: "0 5 * * *" });
    expect((await at(await SAMPLES["aws-api-destination"].genuine(), "aws-api-destination")).told).toEqual({
      executionId: "53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa",
      scheduledFor: Date.UTC(2026, 10, 24, 9),
      schedule: "arn:aws:events:eu-west-1:123456789012:rule/nightly",
    });
    expect((await at(await SAMPLES.qstash.genuine(), "qstash")).told).toEqual({ executionId: "msg_26hZCxZCuWyyTWPmSVBrNB882AyqJxQNE", schedule: "scd_7" }); // biome-ignore format: one line
    expect((await at(await SAMPLES.rollcall.genuine(), "rollcall")).told).toMatchObject({ scheduledFor: NOW, schedule: "nightly" }); // biome-ignore format: one line
  });

  test("Inngest's unsigned GET is its probe, and no run that failed", async () => {
    const request = { method: "GET", url: URL_OF_ROUTE, headers: {}, body: utf8("") };
    expect(await at(request, "inngest")).toMatchObject({ reason: "probe_unsigned" });
  });
});
