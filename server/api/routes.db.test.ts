import { randomBytes } from "node:crypto";
import { beforeAll, expect, test } from "vitest";
import { openedRoute, routeByName } from "#lib/boundary/route-store.ts";
import { type Call, keyCaller, sessionCaller } from "#lib/testing/api.ts";
import { useDatabase } from "#lib/testing/database.ts";
import { insertCast } from "#lib/testing/people.ts";
import { at } from "#lib/testing/schedules.ts";

const db = useDatabase();
let key: Call;
let vera: Call;
let ada: Call;

beforeAll(async () => {
  key = await keyCaller("write");
  const cast = await insertCast(db.sql, db.clock.now());
  [vera, ada] = [await sessionCaller(cast.vera), await sessionCaller(cast.ada)];
});

const SECRET = "correct-horse-battery-staple-ok!";
const route = (more: object = {}) => ({
  contract: { kind: "vercel-cron", secret: SECRET },
  url: "https://app.example.com/api/cron/nightly",
  ...more,
});

const opened = async (name: string) => {
  const row = await routeByName(db.sql, name);
  if (!row) throw new Error(`there is no route ${name}`);
  return openedRoute(row, db.runtime.config.secret);
};

test("Secrets go in and never come out", async () => {
  const manual = { kind: "bearer", secret: "another-long-secret-of-a-person" };
  const made = await key("PUT", "/routes/sealed", route({ manual, proxyKey: "the key of the proxy, long" }));
  expect(made.status).toBe(201);
  expect(made.body.gateKey).toMatch(/^rgk_[\w-]{43}$/);
  expect(made.body.warnings).toEqual([]);
  const read = await key("GET", "/routes/sealed");
  expect(read.body.contract.secret).toEqual({ set: true, length: 32, updatedAt: "2027-01-12T00:00:00.000Z" });
  expect(read.body.contract.nextSecret).toEqual({ set: false });
  expect(read.body.gateKey).toEqual({ set: true, updatedAt: "2027-01-12T00:00:00.000Z" });
  const everything = JSON.stringify([read.body, (await key("GET", "/routes")).body, (await ada("GET", "/audit")).body]);
  for (const secret of [SECRET, manual.secret, "the key of the proxy", made.body.gateKey])
    expect(everything).not.toContain(secret);
  const rows = JSON.stringify(
    await db.sql.query("SELECT row_to_json(r) AS r, encode(secrets_box, 'escape') AS b FROM route r"),
  );
  expect(rows).not.toContain(SECRET);
  expect((await opened("sealed")).secrets).toEqual({
    "contract.secret": SECRET,
    "manual.secret": manual.secret,
    proxyKey: "the key of the proxy, long",
  });
  expect((await opened("sealed")).gateKey).toBe(made.body.gateKey);
});

test("A protected route names two contracts: the one that its gate enforces, and the *caller*: the way in which the platform that really calls it proves that a scheduled request is genuine (by default the same).", async () => {
  const hmac = { kind: "hmac", secret: SECRET };
  expect((await key("PUT", "/routes/two", route({ contract: hmac }))).body.caller).toBeNull();
  const two = await key(
    "PUT",
    "/routes/two",
    route({ contract: hmac, caller: { kind: "vercel-cron", secret: SECRET } }),
  );
  expect([two.body.contract.kind, two.body.caller.kind]).toEqual(["hmac", "vercel-cron"]);
  expect(two.body.caller.secret).toMatchObject({ set: true, length: 32 });
  expect((await opened("two")).secrets).toMatchObject({ "contract.secret": SECRET, "caller.secret": SECRET });
  // `PUT` replaces: the caller that is left out is the same as the contract again.
  expect((await key("PUT", "/routes/two", route({ contract: hmac }))).body.caller).toBeNull();
});

test("a secret left out, or sent as it was read, stays", async () => {
  await key("PUT", "/routes/stays", route());
  db.clock.at = at("2027-01-12T01:00:00Z");
  const left = await key("PUT", "/routes/stays", route({ contract: { kind: "vercel-cron" } }));
  expect(left.status).toBe(200);
  expect(left.body.gateKey).toMatchObject({ set: true });
  const read = (await key("GET", "/routes/stays")).body;
  const again = await key("PUT", "/routes/stays", { ...read, probeMethods: ["POST"] });
  expect(again.body).toMatchObject({ probeMethods: ["POST"], contract: read.contract, version: 3 });
  expect(again.body.contract.secret.updatedAt).toBe("2027-01-12T00:00:00.000Z");
  expect((await opened("stays")).secrets).toEqual({ "contract.secret": SECRET });
  const rolled = await key(
    "PUT",
    "/routes/stays",
    route({ contract: { kind: "vercel-cron", nextSecret: "n".repeat(9) + SECRET } }),
  );
  expect(rolled.body.contract.nextSecret).toMatchObject({ set: true, length: 41 });
  const gone = await key("PUT", "/routes/stays", route({ contract: { kind: "vercel-cron", nextSecret: null } }));
  expect(gone.body.contract).toMatchObject({ secret: { set: true }, nextSecret: { set: false } });
  expect((await opened("stays")).secrets).toEqual({ "contract.secret": SECRET });
});

test("a secret stays for the host that it was given for, and for no other", async () => {
  await key("PUT", "/routes/host", route());
  const elsewhere = route({ url: "https://evil.example/api/cron/nightly", contract: { kind: "vercel-cron" } });
  const refused = await key("PUT", "/routes/host", elsewhere);
  expect(refused.status).toBe(422);
  expect(refused.body.errors).toEqual([{ path: "contract.secret", message: "must be given anew for another host" }]);
  expect((await key("PUT", "/routes/host", { ...elsewhere, contract: route().contract })).status).toBe(200);
});

test("an empty secret is refused, and one that is unfit is taken with a warning", async () => {
  for (const secret of ["", "   ", "\n", "a\nb"]) {
    const answer = await key("PUT", "/routes/never", route({ contract: { kind: "bearer", secret } }));
    expect([secret, answer.status]).toEqual([secret, 422]);
    expect(answer.body.errors[0].path).toMatch(/^contract/);
  }
  const codes = async (contract: object, more: object = {}) =>
    (await key("PUT", "/routes/weak", route({ contract, ...more }))).body.warnings.map(
      (one: { code: string }) => one.code,
    );
  expect(await codes({ kind: "bearer", secret: "short" })).toEqual(["weak_secret"]);
  for (const left of ["changeme", "undefined", "null", "[object Object]", "$CRON_SECRET", "\u0024{CRON_SECRET}"])
    expect([left, await codes({ kind: "bearer", secret: left })]).toEqual([left, ["secret_not_configured"]]);
  expect(await codes({ kind: "qstash", currentSigningKey: "sig_7kYjw48mhY7kAjqNGcy6cr29RJ6r" })).toEqual(["development_key"]); // biome-ignore format: one line
  expect(await codes({ kind: "bearer", secret: "a".repeat(40) })).toEqual(["weak_secret"]);
  expect(await codes({ kind: "bearer", secret: `${SECRET} ` })).toEqual(["weak_secret"]);
  expect(await codes({ kind: "bearer", secret: SECRET }, { manual: { kind: "bearer", secret: SECRET } })).toEqual([
    "same_secret",
  ]);
  expect(await codes({ kind: "hmac" })).toEqual(["secret_not_configured"]);
});

test("`If-Match: <version>` on a write answers 412 when it has moved on", async () => {
  await key("PUT", "/routes/versions", route());
  expect((await key("PUT", "/routes/versions", route(), { "if-match": '"1"' })).headers.get("etag")).toBe('"2"');
  expect((await key("PUT", "/routes/versions", route(), { "if-match": '"1"' })).status).toBe(412);
  expect((await key("PUT", "/routes/none-yet", route(), { "if-match": "1" })).status).toBe(412);
  expect((await key("POST", "/routes/versions/rotate", undefined, { "if-match": "1" })).status).toBe(412);
  expect((await key("DELETE", "/routes/versions", undefined, { "if-match": "1" })).status).toBe(412);
  expect((await key("DELETE", "/routes/versions", undefined, { "if-match": "2" })).status).toBe(204);
  expect((await key("GET", "/routes/versions")).status).toBe(404);
});

test("a rotated key is shown once, and the one before it is gone", async () => {
  const made = await key("PUT", "/routes/rotated", route());
  const rotated = await key("POST", "/routes/rotated/rotate");
  expect(rotated.body.gateKey).not.toBe(made.body.gateKey);
  expect((await opened("rotated")).gateKey).toBe(rotated.body.gateKey);
});

test("Which schedules it guards is said by them", async () => {
  const schedule = { name: "A", spec: { kind: "interval", everySeconds: 60 }, timezone: "UTC", graceSeconds: 1 };
  const early = await key("PUT", "/schedules/guarded", { ...schedule, route: "guards" });
  expect(early.body.warnings.map((one: { code: string }) => one.code)).toContain("unknown_route");
  await key("PUT", "/routes/guards", route());
  expect((await key("PUT", "/schedules/guarded", { ...schedule, route: "guards", path: "/a" })).body.warnings).toEqual(
    [],
  );
  expect((await vera("GET", "/routes/guards")).body.schedules).toEqual(["guarded"]);
  const kept = await key("DELETE", "/routes/guards");
  expect(kept).toMatchObject({ status: 409, body: { code: "route_in_use" } });
  await key("DELETE", "/schedules/guarded");
  expect((await key("DELETE", "/routes/guards")).status).toBe(204);
});

test("every list has pages", async () => {
  for (const name of ["page-a", "page-b", "page-c"]) await key("PUT", `/routes/${name}`, route());
  const names: string[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const page: { body: { items: { name: string }[]; nextCursor: string | null } } = await key(
      "GET",
      `/routes?limit=2${cursor === "" ? "" : `&cursor=${cursor}`}`,
    );
    names.push(...page.body.items.map((one) => one.name));
    cursor = page.body.nextCursor;
  }
  expect(names.filter((name) => name.startsWith("page-"))).toEqual(["page-a", "page-b", "page-c"]);
  expect(new Set(names).size).toBe(names.length);
});

test("unknown kinds, options that are none, and half a route are refused by path", async () => {
  const paths = async (body: object) =>
    (await key("PUT", "/routes/refused", body)).body.errors.map((one: { path: string }) => one.path);
  expect(await paths({})).toEqual(["contract"]);
  expect(await paths({ contract: { kind: "hope" } })).toEqual(["contract.kind"]);
  expect(await paths({ contract: { kind: "github-oidc", audience: "x" } })).toEqual(["contract.repository"]);
  expect(await paths(route({ url: "javascript:alert(1)" }))).toEqual(["url"]);
  expect(await paths(route({ proxy: "apache" }))).toEqual(["proxy"]);
  const long = randomBytes(4_000).toString("hex");
  expect(await paths(route({ contract: { kind: "bearer", secret: long } }))).toEqual(["contract.secret"]);
});

test("a secret has to be one that its contract can read, and one that is fit is stored", async () => {
  const webhooks = (secret: string) => ({ contract: { kind: "standard-webhooks", secret } });
  expect((await key("PUT", "/routes/webhooks", webhooks("whsec_c2l4dGVlbiBieXRlcyBvZiBpdA"))).status).toBe(201);
  const unfit = await key("PUT", "/routes/webhooks-unfit", webhooks("whsec_not base64 at all, is it"));
  expect(unfit).toMatchObject({ status: 422, body: { errors: [{ path: "contract.secret" }] } });
  const left = await key("PUT", "/routes/webhooks", { contract: { kind: "standard-webhooks" } });
  expect(left.status).toBe(200);
});
