import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import type { ContractConfig } from "#gate/contracts/register.ts";
import { routeInput } from "#lib/boundary/schema.ts";
import { putRoute } from "#lib/boundary/service.ts";
import type { CaseResult, Verification } from "#lib/boundary/verification.ts";
import { type Call, keyCaller, sessionCaller } from "#lib/testing/api.ts";
import { useDatabase } from "#lib/testing/database.ts";
import { givenDecision } from "#lib/testing/decisions.ts";
import { givenGated, type Mistake } from "#lib/testing/gated-target.ts";
import { insertCast, SYSTEM } from "#lib/testing/people.ts";
import { succeeded } from "#lib/testing/result.ts";
import "#lib/testing/seed.ts";
import { DAY, HOUR, minus } from "#lib/time/instant.ts";
import { recordDecisions } from "./record-decisions.ts";
import { verifyAll } from "./verify-all.ts";
import { verifyRoute } from "./verify-route.ts";

const db = useDatabase();
const SECRET = "correct-horse-battery-staple-ok!";
const MANUAL = "another-long-secret-of-a-person!";
const bearer: ContractConfig = { kind: "vercel-cron", secret: SECRET };
const webhooks: ContractConfig = {
  kind: "standard-webhooks",
  secret: "whsec_Y29ycmVjdC1ob3JzZS1iYXR0ZXJ5LXN0YXBsZQ==",
};
const ctx = () => ({ actor: SYSTEM, now: db.clock.now() });

interface Given {
  readonly contract?: ContractConfig;
  readonly caller?: ContractConfig;
  readonly methods?: readonly string[];
  /** What the route says that its gate enforces, where that is not what it enforces. */
  readonly says?: ContractConfig;
}

/** A route whose application makes a mistake, and the name of the route. */
async function given(mistake: Mistake = {}, { contract = bearer, caller, methods = ["GET"], says }: Given = {}) {
  const name = `r-${randomUUID().slice(0, 8)}`;
  const held = { gateKey: "not made yet" };
  const enforced = { route: name, contracts: [contract], manual: { kind: "bearer", secret: MANUAL } } as const;
  const target = await givenGated({ enforced, clock: db.clock, gateKey: () => held.gateKey }, mistake);
  const input = routeInput.parse({
    ...{
      contract: says ?? contract,
      caller,
      manual: enforced.manual,
      probeMethods: methods,
      allowPrivateNetwork: true,
    },
    probeUrl: `${target.origin}/probe`,
  });
  held.gateKey = succeeded(await putRoute(ctx(), { name, input, ifMatch: null })).gateKey ?? "";
  return { name, target };
}

const verify = async (name: string): Promise<Verification> => succeeded(await verifyRoute(ctx(), { name }));
const failing = ({ cases }: Verification): CaseResult[] => cases.filter(({ passed }) => passed === false);
const told = (verification: Verification) => failing(verification).map((one) => `${one.case}: ${one.reason}`);
const incidentOf = async (route: string) =>
  db.sql.query<Record<string, unknown>>(
    `SELECT state, reason, sentence, resolution FROM incident WHERE kind = 'boundary_drift' AND subject = $1 ORDER BY number`,
    [route],
  );

describe("The verification matrix is run against a read-only route behind the same gate, before anything that spends money: no credentials, hints alone, wrong secret, expired or replayed proof must be refused with 401 or 403; valid manual proof and valid scheduler proof must be accepted.", () => {
  test.each([
    ["a bearer secret", bearer, ["GET"]],
    ["a signature over body, time and id", webhooks, ["GET", "POST"]],
    [
      "Rollcall's own",
      { kind: "rollcall", secret: "a-long-secret-of-the-dispatcher-01" } satisfies ContractConfig,
      ["POST"],
    ],
    [
      "QStash's",
      {
        kind: "qstash",
        currentSigningKey: "sig_0123456789abcdefghij",
        nextSigningKey: "sig_abcdefghij0123456789",
      } satisfies ContractConfig,
      ["POST"],
    ],
    [
      "a key in a header",
      { kind: "api-key", secret: SECRET, header: "x-cron-secret" } satisfies ContractConfig,
      ["GET"],
    ],
    ["a password", { kind: "basic", username: "cron", password: SECRET } satisfies ContractConfig, ["GET"]],
  ] as const)("is green: %s", async (_name, contract, methods) => {
    const { name, target } = await given({}, { contract: contract as ContractConfig, methods });
    const found = await verify(name);
    expect(told(found)).toEqual([]);
    expect(found).toMatchObject({ green: true, representative: true, by: SYSTEM.name });
    expect(new Set(found.cases.map((one) => one.case))).toEqual(new Set(["no_credentials", "hints_only", "wrong_secret", "tampered", "expired", "replayed", "wrong_audience", "redirect", "method_mismatch", "valid_manual", "valid_scheduler"])); // biome-ignore format: one list
    for (const one of found.cases.filter(({ passed }) => passed === true)) {
      if (one.case === "redirect" || one.case === "method_mismatch") continue;
      const accepted = one.case === "valid_manual" || one.case === "valid_scheduler";
      expect([one.case, one.expected]).toEqual([one.case, accepted ? "accepted" : "refused"]);
      expect(accepted ? [200] : [401, 403], `${one.case} ${one.variant}`).toContain(one.status);
    }
    expect(
      // A slash at the end makes no other path.
      new Set(target.asked.map(({ method, url }) => `${method} ${url.replace(/\/$/, "")}`)),
    ).toEqual(new Set(methods.map((method) => `${method} /probe`)));
    expect(await incidentOf(name)).toEqual([]);
  });
  test("is green by its answers alone, where they say nothing of a gate", async () => {
    const { name } = await given({ unsigned: true });
    const found = await verify(name);
    expect([found.green, told(found)]).toEqual([true, []]);
    expect(found.cases.find((one) => one.case === "valid_scheduler")).toMatchObject({
      reason: "answered",
      passed: true,
    });
  });
});

const SIGNATURE: Given = { contract: webhooks, methods: ["POST"] };
const unsigned = ({ headers }: { readonly headers: Readonly<Record<string, string>> }) => headers["authorization"]?.replace(/^bearer /i, "") === SECRET; // biome-ignore format: one line
const redirects = (status: number, location: string): Mistake => ({
  answers: (_asked, response) => {
    response.writeHead(status, { location }).end();
    return true;
  },
});

describe("the matrix finds what was planted, and names it", () => {
  const planted: readonly (readonly [string, Mistake, Given, readonly string[]])[] = [
    ["a user agent is believed", { admits: (one) => unsigned(one) || (one.headers["user-agent"] ?? "").startsWith("vercel-cron") }, {}, ["hints_only: fail_open:admitted"]], // biome-ignore format: one row
    ["a marker is believed", { admits: (one) => unsigned(one) || one.headers["x-cloudscheduler"] === "true" }, {}, ["hints_only: fail_open:admitted"]], // biome-ignore format: one row
    ["the word undefined is let in", { admits: (one) => unsigned(one) || one.headers["authorization"] === "Bearer undefined" }, {}, ["wrong_secret: fail_open:admitted"]], // biome-ignore format: one row
    ["whoever calls is let in", { admits: () => true }, {}, ["no_credentials: fail_open:admitted", "hints_only: fail_open:admitted", "wrong_secret: fail_open:admitted"]], // biome-ignore format: one row
    ["the gate guards one spelling of the path", { admits: (one) => one.path === "/probe/" || one.headers["authorization"]?.slice(7) === SECRET }, {}, ["no_credentials: fail_open:admitted"]], // biome-ignore format: one row
    ["the scheme's name is compared with its case", { answers: (one, response) => (one.headers["authorization"] ?? "").startsWith("bearer ") && Boolean(response.writeHead(401).end()) }, {}, ["valid_scheduler: refused_elsewhere:401"]], // biome-ignore format: one row
    ["any bearer is let in", { admits: (one) => /^Bearer \S/.test(one.headers["authorization"] ?? "") }, {}, ["wrong_secret: fail_open:admitted"]], // biome-ignore format: one row
    ["the secret's length is compared", { admits: (one) => (one.headers["authorization"] ?? "").length === 39 }, {}, ["wrong_secret: fail_open:admitted"]], // biome-ignore format: one row
    ["the gate is not heeded", { heedless: true }, {}, ["no_credentials: fail_open:refusal_ignored"]],
    ["a login page stands before it", redirects(307, "/login?next=/probe"), {}, ["no_credentials: redirect:login", "redirect: redirect:login", "valid_scheduler: redirect:login"]], // biome-ignore format: one row
    ["a slash is added", redirects(308, "/probe/"), {}, ["redirect: redirect:trailing_slash", "valid_scheduler: redirect:trailing_slash"]], // biome-ignore format: one row
    ["another method than the scheduler's is taken", { answers: ({ method }, response) => method === "POST" && Boolean(response.writeHead(405, { allow: "GET" }).end()) }, { contract: webhooks, methods: ["GET", "POST"] }, ["method_mismatch: method_not_allowed:POST", "valid_scheduler: method_not_allowed:POST"]], // biome-ignore format: one row
    ["the same proof is taken twice", { forgets: true }, SIGNATURE, ["replayed: fail_open:admitted"]],
    ["an old proof is taken", { tolerates: ({ headers }) => Number(headers["webhook-timestamp"] ?? 0) * 1_000 - db.clock.now() }, SIGNATURE, ["expired: fail_open:admitted"]], // biome-ignore format: one row
    ["the body is not looked at", { admits: ({ headers }) => headers["webhook-signature"] !== undefined }, SIGNATURE, ["tampered: fail_open:admitted"]], // biome-ignore format: one row
    ["it expects another contract than its caller's", {}, { contract: webhooks, caller: bearer, methods: ["GET", "POST"] }, ["valid_scheduler: wrong_contract"]], // biome-ignore format: one row
    ["a way leads past the gate", { answers: (one, response) => unsigned(one) && Boolean(response.writeHead(200).end("{}")) }, {}, ["valid_scheduler: gate_bypassed"]], // biome-ignore format: one row
    ["a platform keeps everybody out", { answers: (_one, response) => Boolean(response.writeHead(401, { "x-vercel-error": "UNAUTHORIZED" }).end()) }, {}, ["no_credentials: platform_protection:vercel", "valid_scheduler: platform_protection:vercel"]], // biome-ignore format: one row
    ["the gate has another secret", {}, { says: { kind: "vercel-cron", secret: "the-secret-that-the-route-knows!" } }, ["valid_scheduler: wrong_secret"]], // biome-ignore format: one row
    ["its clock is wrong", { tolerates: () => 600_000, answers: (_one, response) => Boolean(response.setHeader("date", new Date(db.clock.now() + 600_000).toUTCString())) && false }, SIGNATURE, ["valid_scheduler: clock_skew_suspected"]], // biome-ignore format: one row
    ["there is no such path", { answers: (_one, response) => Boolean(response.writeHead(404).end()) }, {}, ["valid_scheduler: route_not_found"]], // biome-ignore format: one row
  ];
  test.each(planted)("%s", async (_what, mistake, how, expected) => {
    const { name } = await given(mistake, how);
    const found = await verify(name);
    expect(told(found)).toEqual(expect.arrayContaining([...expected]));
    expect(found.green).toBe(false);
    const [incident] = await incidentOf(name);
    expect(incident).toMatchObject({ state: "open", sentence: expect.stringContaining(name) });
  });
  test("nobody who does not answer is asked forty times", async () => {
    const { name } = await given();
    await db.sql.query("UPDATE route SET probe_url = 'http://127.0.0.1:1/probe' WHERE name = $1", [name]);
    const found = await verify(name);
    expect(new Set(failing(found).map(({ reason, got }) => `${got} ${reason}`))).toEqual(
      new Set(["no_answer connection_refused"]),
    );
  });
});

describe("What only the platform can make", () => {
  const google: ContractConfig = { kind: "google-oidc", audience: "https://a.example.com", serviceAccountEmail: "cron@p.iam.gserviceaccount.com" }; // biome-ignore format: one line
  test("Where only the platform can make it (Google's, GitHub's, a cluster's tokens) the case reads `cannot_be_made`, and is green only while a scheduler's decision was admitted within the last 24 h.", async () => {
    const { name } = await given({}, { contract: google, methods: ["POST"] });
    const before = await verify(name);
    expect([before.green, told(before)]).toEqual([false, []]);
    expect(before.cases.find((one) => one.case === "valid_scheduler")).toMatchObject({
      passed: null,
      reason: "cannot_be_made",
    });
    const admitted = (ago: number) => givenDecision({ at: minus(db.clock.now(), ago as typeof HOUR), route: name, outcome: "admitted", contractExpected: "google-oidc" }); // biome-ignore format: one line
    await recordDecisions(db.pool, [admitted(DAY + HOUR)], db.clock.now());
    expect((await verify(name)).green).toBe(false);
    await recordDecisions(db.pool, [admitted(HOUR)], db.clock.now());
    expect((await verify(name)).green).toBe(true);
    expect(await incidentOf(name)).toMatchObject([{ state: "resolved", reason: "cannot_be_made" }]);
  });
  test("a token that nobody signed is let in", async () => {
    const { name } = await given({ admits: ({ headers }) => (headers["authorization"] ?? "").split(".").length === 3 }, { contract: google, methods: ["POST"] }); // biome-ignore format: one line
    expect(told(await verify(name))).toContain("tampered: fail_open:admitted");
  });
});

test("When the requests that arrive resemble another contract than the caller's, the matrix is marked not representative, and is not green.", async () => {
  const { name } = await given();
  const at = minus(db.clock.now(), HOUR);
  await recordDecisions(db.pool, [givenDecision({ at, route: name, via: "scheduler", outcome: "admitted", contractResembled: "qstash" })], db.clock.now()); // biome-ignore format: one line
  expect(await verify(name)).toMatchObject({ green: false, representative: false });
  expect(await incidentOf(name)).toMatchObject([{ state: "open", reason: "not_representative" }]);
});

test("Scheduler proof is made as the caller makes it, not as the gate would like it: else the matrix proves only that the gate agrees with itself.", async () => {
  // The application enforces a signature; what really calls it sends a bearer secret.
  const wrong = await given({}, { contract: webhooks, caller: bearer, methods: ["GET", "POST"] });
  const found = await verify(wrong.name);
  expect([found.green, [...new Set(told(found))]]).toEqual([false, ["valid_scheduler: wrong_contract"]]);
  const bearers = wrong.target.asked.filter(({ headers }) => headers["authorization"] === `Bearer ${SECRET}`);
  expect(bearers.length).toBeGreaterThan(0);
  // Without a caller it is taken to call as the gate enforces, and all is green.
  const same = await given({}, { contract: webhooks, methods: ["GET", "POST"] });
  expect((await verify(same.name)).green).toBe(true);
  expect(same.target.asked.some(({ headers }) => headers["authorization"] === `Bearer ${SECRET}`)).toBe(false);
});

describe("The matrix runs by hand, from CI through the API, and on its own schedule (whose run succeeds when the matrix could be run, red or green); one that turns red opens a `boundary_drift` incident, green resolves it.", () => {
  test("one that turns red opens a `boundary_drift` incident, green resolves it", async () => {
    let open = true;
    const { name } = await given({ admits: (one) => open || unsigned(one) || one.headers["authorization"] === `Bearer ${MANUAL}` }); // biome-ignore format: one line
    await verify(name);
    await verify(name);
    expect(await incidentOf(name)).toMatchObject([{ state: "open", reason: "fail_open:admitted" }]);
    const messages = () =>
      db.sql.query("SELECT type FROM outbox WHERE payload->'data'->>'route' = $1 ORDER BY created_at, id", [name]);
    expect(await messages()).toEqual([{ type: "outage.opened" }, { type: "incident.opened" }]);
    const outage = () => db.sql.query("SELECT o.reason, o.route, o.resolved_at IS NULL AS open FROM outage o JOIN incident i ON i.outage_id = o.id WHERE i.subject = $1", [name]); // biome-ignore format: one line
    expect(await outage()).toEqual([{ reason: "fail_open:admitted", route: name, open: true }]);
    open = false;
    expect((await verify(name)).green).toBe(true);
    expect(await incidentOf(name)).toMatchObject([{ state: "resolved", resolution: "Its verification matrix is green again." }]); // biome-ignore format: one line
    expect((await messages()).slice(2)).toEqual([{ type: "incident.resolved" }, { type: "outage.resolved" }]);
    expect(await outage()).toMatchObject([{ open: false }]);
  });

  describe("through the API", () => {
    let key: Call;
    let vera: Call;
    let rosa: Call;
    beforeAll(async () => {
      key = await keyCaller("write");
      const cast = await insertCast(db.sql, db.clock.now());
      [vera, rosa] = [await sessionCaller(cast.vera), await sessionCaller(cast.rosa)];
    });
    test("`verify` answers the verification (JUnit XML with `Accept: application/junit+xml`)", async () => {
      const { name } = await given({ admits: () => true });
      const found = await rosa("POST", `/routes/${name}/verify`);
      expect(found).toMatchObject({ status: 200, body: { route: name, green: false, representative: true } });
      expect((await vera("POST", `/routes/${name}/verify`)).status).toBe(403);
      const junit = await key("POST", `/routes/${name}/verify`, undefined, { accept: "application/junit+xml" });
      expect(junit.headers.get("content-type")).toBe("application/junit+xml; charset=utf-8");
      expect(junit.body).toContain(`<failure type="fail_open:admitted"`);
      expect(junit.body).toMatch(/^<\?xml version="1\.0"/);
      const listed = await vera("GET", `/routes/${name}/verifications`);
      expect(listed.body.items).toHaveLength(2);
      expect(listed.body.items[1]).toEqual(found.body);
      expect((await key("POST", "/routes/nowhere/verify")).status).toBe(404);
    });
    test("one at a time a route; what a crash left is taken over", async () => {
      const { name } = await given();
      const claim = (ago: string) => db.sql.query(`INSERT INTO verification (id, project_id, route, at, actor, cases) VALUES (gen_random_uuid(), 1, $1, to_timestamp($2::float8 / 1000) - interval '${ago}', 'x', '[]')`, [name, db.clock.now()]); // biome-ignore format: one line
      await claim("1 minute");
      expect(await key("POST", `/routes/${name}/verify`)).toMatchObject({ status: 409, body: { code: "verification_under_way" } }); // biome-ignore format: one line
      await db.sql.query("DELETE FROM verification WHERE route = $1", [name]);
      await claim("3 minutes");
      expect((await key("POST", `/routes/${name}/verify`)).status).toBe(200);
    });
    test("a route without a probe is refused", async () => {
      await key("PUT", "/routes/unprobed", { contract: bearer });
      expect(await key("POST", "/routes/unprobed/verify")).toMatchObject({ status: 422, body: { code: "no_probe" } });
    });
  });

  test("its own schedule runs every matrix, and one that is red was run all the same", async () => {
    await db.sql.query("DELETE FROM route");
    const { name } = await given({ admits: () => true });
    await verifyAll({ pool: db.pool, clock: db.clock, secret: db.runtime.config.secret });
    const rows = await db.sql.query("SELECT green, actor FROM verification WHERE route = $1", [name]);
    expect(rows).toEqual([{ green: false, actor: "Rollcall" }]);
  });
});

test("no secret stands in what is kept, whatever an application answers", async () => {
  const echo = fc.constantFrom("location", "www-authenticate", "allow", "rollcall-reason", "server", "retry-after");
  await fc.assert(
    fc.asyncProperty(
      echo,
      fc.constantFrom(200, 302, 308, 401, 403, 405, 500),
      fc.boolean(),
      async (header, status, path) => {
        const { name } = await given({
          answers: ({ headers }, response) => {
            const sent = headers["authorization"] ?? "nothing";
            const value = path
              ? `/x/${encodeURIComponent(sent)}/${Buffer.from(sent.slice(7)).toString("base64")}`
              : sent;
            response.writeHead(status, { [header]: value }).end(sent);
            return true;
          },
        });
        const kept = JSON.stringify([await verify(name), await incidentOf(name)]);
        for (const secret of [SECRET, MANUAL]) {
          expect(kept).not.toContain(secret);
          expect(kept).not.toContain(Buffer.from(secret).toString("base64").replace(/=+$/, ""));
        }
      },
    ),
    { numRuns: 6, examples: [["location", 308, true], ["location", 302, false], ["allow", 405, false], ["rollcall-reason", 401, false]] }, // biome-ignore format: one line
  );
});
