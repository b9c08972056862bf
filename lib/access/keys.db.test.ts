import { beforeEach, describe, expect, it } from "vitest";
import { wholePage } from "#lib/input/page.ts";
import { useDatabase } from "#lib/testing/database.ts";
import { type Cast, insertCast, PASSWORD, SYSTEM } from "#lib/testing/people.ts";
import { problemOf, succeeded } from "#lib/testing/result.ts";
import { type Instant, MINUTE, millis, plus } from "#lib/time/instant.ts";
import { listAudit } from "./audit.ts";
import type { Context } from "./context.ts";
import { ensureConfiguredKeys, ensureFirstAdmin } from "./first-start.ts";
import { KEY_CACHED, keyCache, makeKeyCache } from "./key-cache.ts";
import { createKey, keyActor, listKeys, revokeKey } from "./keys.ts";
import { signIn } from "./sign-in.ts";
import type { ApiKey } from "./store/keys.ts";

const database = useDatabase();
let people: Cast;
const now = () => database.clock.now();
const ada = (): Context => ({ actor: people.ada, now: now() });
const system = (): Context => ({ actor: SYSTEM, now: now() });
const later = (length: number) => {
  database.clock.at = plus(database.clock.at, millis(length));
};
const made = async (name = "deploy") => succeeded(await createKey(ada(), { name, scope: "write" }));
const lastUsed = async (id: string): Promise<Instant | null> =>
  succeeded(await listKeys(ada(), wholePage)).items.find((key) => key.id === id)?.lastUsedAt ?? null;

beforeEach(async () => {
  await database.sql.query("DELETE FROM person");
  await database.sql.query("DELETE FROM api_key");
  await database.sql.query("DELETE FROM audit");
  keyCache().forget();
  people = await insertCast(database.sql, now());
});

describe("an API key", () => {
  it("is rck_ and 43 characters, shown once and stored as a hash", async () => {
    const { key, text } = await made();
    expect(text).toMatch(/^rck_[A-Za-z0-9_-]{43}$/);
    expect(key).toMatchObject({ name: "deploy", scope: "write", prefix: text.slice(0, 8), createdBy: "Ada" });
    const rows = await database.sql.query<{ all: string }>("SELECT row_to_json(k)::text AS all FROM api_key k");
    expect(rows[0]?.all).not.toContain(text.slice(4));
    const told = JSON.stringify([
      succeeded(await listKeys(ada(), wholePage)),
      succeeded(await listAudit(ada(), wholePage)),
    ]);
    expect(told).not.toContain(text);
  });

  it("opens until it is revoked, then nothing, at once", async () => {
    const { key, text } = await made();
    expect(await keyActor(text, now())).toEqual({ kind: "key", id: key.id, name: "deploy", scope: "write" });
    for (const wrong of ["", "rck_", `${text}x`, text.slice(0, -1), text.toLowerCase(), "a\0b", "x".repeat(10_000)]) {
      expect(await keyActor(wrong, now())).toBeNull();
    }
    succeeded(await revokeKey(ada(), { id: key.id }));
    expect(await keyActor(text, now())).toBeNull();
    expect(succeeded(await listKeys(ada(), wholePage)).items).toEqual([]);
    expect(problemOf(await revokeKey(ada(), { id: key.id })).status).toBe(404);
  });

  it("that another process revoked opens nothing within 5 s", async () => {
    const { key, text } = await made();
    expect(await keyActor(text, now())).not.toBeNull();
    await database.sql.query("UPDATE api_key SET revoked_at = now() WHERE id = $1::uuid", [key.id]);
    expect(KEY_CACHED).toBeLessThanOrEqual(5_000);
    later(KEY_CACHED);
    expect(await keyActor(text, now())).toBeNull();
  });

  it("is marked as used at most once a minute", async () => {
    const { key, text } = await made();
    expect(await lastUsed(key.id)).toBeNull();
    await keyActor(text, now());
    const first = now();
    later(MINUTE - 1);
    await keyActor(text, now());
    expect(await lastUsed(key.id)).toBe(first);
    later(1);
    await keyActor(text, now());
    expect(await lastUsed(key.id)).toBe(now());
  });

  it("has a name that no other one has", async () => {
    const { key } = await made();
    const again = await createKey(ada(), { name: "Deploy", scope: "read" });
    expect(problemOf(again)).toMatchObject({ status: 409, code: "name_taken" });
    succeeded(await revokeKey(ada(), { id: key.id }));
    expect((await createKey(ada(), { name: "Deploy", scope: "read" })).ok).toBe(true);
    const scope = await createKey(ada(), { name: "x", scope: "admin" as never });
    expect(problemOf(scope)).toMatchObject({ status: 422, errors: [{ path: "scope" }] });
  });
});

it("what was read before a revocation does not outlive it", async () => {
  const cache = makeKeyCache();
  const key = { id: "1", lastUsedAt: null } as ApiKey;
  const slow = cache.get({ hash: "h", now: now(), read: () => Promise.resolve().then(() => key) });
  cache.forget();
  expect(await slow).not.toBeNull();
  expect(await cache.get({ hash: "h", now: now(), read: async () => null })).toBeNull();
});

describe("the first start", () => {
  const noKeys = { apiKey: null, pingKey: null };
  const pingKey = async (): Promise<string | undefined> =>
    (await database.sql.query<{ key: string }>("SELECT ping_key AS key FROM project"))[0]?.key;

  it("makes ROLLCALL_API_KEY a key of scope write, whatever its form, once", async () => {
    const input = { ...noKeys, apiKey: "just-8ch" };
    expect(succeeded(await ensureConfiguredKeys(system(), input))).toEqual({ warning: null });
    expect(succeeded(await ensureConfiguredKeys(system(), input))).toEqual({ warning: null });
    expect(await keyActor("just-8ch", now())).toMatchObject({ name: "ROLLCALL_API_KEY", scope: "write" });
    const { items } = succeeded(await listKeys(ada(), wholePage));
    expect(items).toMatchObject([{ prefix: "", createdBy: "environment" }]);
    expect(JSON.stringify([items, succeeded(await listAudit(ada(), wholePage))])).not.toContain("just-8ch");
  });

  it("replaces the one that an earlier start was given", async () => {
    succeeded(await ensureConfiguredKeys(system(), { ...noKeys, apiKey: "first-key" }));
    expect(await keyActor("first-key", now())).not.toBeNull();
    succeeded(await ensureConfiguredKeys(system(), { ...noKeys, apiKey: "second-key" }));
    expect(await keyActor("first-key", now())).toBeNull();
    expect(await keyActor("second-key", now())).not.toBeNull();
  });

  it("leaves one revoked that an admin revoked", async () => {
    const input = { ...noKeys, apiKey: "first-key" };
    succeeded(await ensureConfiguredKeys(system(), input));
    const [key] = succeeded(await listKeys(ada(), wholePage)).items;
    succeeded(await revokeKey(ada(), { id: key?.id ?? "" }));
    expect(succeeded(await ensureConfiguredKeys(system(), input)).warning).toMatch("revoked");
    expect(await keyActor("first-key", now())).toBeNull();
  });

  it("sets ROLLCALL_PING_KEY, and leaves the one there is without it", async () => {
    const before = await pingKey();
    succeeded(await ensureConfiguredKeys(system(), noKeys));
    expect(await pingKey()).toBe(before);
    succeeded(await ensureConfiguredKeys(system(), { ...noKeys, pingKey: "aaaaaaaaaaaaaaaaaaaaaa" }));
    expect(await pingKey()).toBe("aaaaaaaaaaaaaaaaaaaaaa");
  });

  it("makes several processes that start at once end with one key", async () => {
    const answers = await Promise.all(
      [1, 2, 3].map(() => ensureConfiguredKeys(system(), { ...noKeys, apiKey: "one-key-for-all" })),
    );
    expect(answers.every((answer) => answer.ok)).toBe(true);
    expect(succeeded(await listKeys(ada(), wholePage)).items).toHaveLength(1);
  });

  it("makes the admin of the environment only where there is nobody", async () => {
    const admin = { email: "Root@Example.com", password: PASSWORD };
    expect(succeeded(await ensureFirstAdmin(system(), { admin }))).toEqual({ made: false, warning: null });
    await database.sql.query("DELETE FROM person");
    expect(succeeded(await ensureFirstAdmin(system(), { admin: null }))).toEqual({ made: false, warning: null });
    const answers = await Promise.all([1, 2, 3].map(() => ensureFirstAdmin(system(), { admin })));
    expect(answers.map((answer) => succeeded(answer).made).sort()).toEqual([false, false, true]);
    const signed = succeeded(
      await signIn({ now: now() }, { email: "root@example.com", password: PASSWORD, address: null, userAgent: null }),
    );
    expect(signed.person).toMatchObject({ role: "admin", name: "root" });
  });

  it("takes a weak password of the operator's, and says so", async () => {
    await database.sql.query("DELETE FROM person");
    const admin = { email: "root@example.com", password: "hunter2" };
    expect(succeeded(await ensureFirstAdmin(system(), { admin })).warning).toMatch("at least 10");
  });
});
