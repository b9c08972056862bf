import { beforeEach, describe, expect, it } from "vitest";
import { useDatabase } from "#lib/testing/database.ts";
import { type Cast, insertCast, PASSWORD } from "#lib/testing/people.ts";
import { problemOf, succeeded } from "#lib/testing/result.ts";
import { MINUTE, millis, plus } from "#lib/time/instant.ts";
import { personOfSession } from "./sessions.ts";
import { changeOwnPassword, type SignInInput, signIn } from "./sign-in.ts";

const database = useDatabase();
let people: Cast;
const now = () => database.clock.now();
const attempt = (input: Partial<SignInInput> = {}) =>
  signIn({ now: now() }, { email: "vera@example.com", password: PASSWORD, address: null, userAgent: null, ...input });
const later = (length: number) => {
  database.clock.at = plus(database.clock.at, millis(length));
};
const failures = async (): Promise<number> => {
  const [row] = await database.sql.query<{ n: number }>("SELECT count(*)::float8 AS n FROM sign_in_attempt");
  return row?.n ?? -1;
};

beforeEach(async () => {
  await database.sql.query("DELETE FROM person");
  await database.sql.query("DELETE FROM sign_in_attempt");
  people = await insertCast(database.sql, now());
});

describe("signing in", () => {
  it("begins a session", async () => {
    const signed = succeeded(await attempt({ email: " VERA@example.com ", address: "192.0.2.1", userAgent: "a\0b" }));
    expect(signed.person).toEqual({ id: people.vera.id, name: "Vera", email: "vera@example.com", role: "viewer" });
    expect(await personOfSession({ now: now() }, signed)).toMatchObject({ id: people.vera.id, role: "viewer" });
    const [row] = await database.sql.query("SELECT remote_address, user_agent FROM session WHERE id = $1::uuid", [
      signed.sessionId,
    ]);
    expect(row).toEqual({ remote_address: "192.0.2.1", user_agent: "ab" });
  });

  it("answers alike whatever is wrong, and stores as much", async () => {
    const wrong = [
      await attempt({ password: "wrong horse battery" }),
      await attempt({ email: "nobody@example.com" }),
      await attempt({ email: "max@example.com" }),
      await attempt({ email: "not an address" }),
      await attempt({ email: "a\0b@example.com" }),
    ];
    for (const answer of wrong) expect(problemOf(answer)).toEqual(problemOf(wrong[0] ?? answer));
    expect(problemOf(await attempt({ password: "a\0b" }))).toMatchObject({ status: 401, code: "wrong_credentials" });
    expect(await failures()).toBe(5);
  });

  it("does not begin one under a password that is changed while it is verified", async () => {
    const other = await database.pool.connect();
    await other.query("BEGIN");
    await other.query("UPDATE person SET password_hash = 'another' WHERE id = $1", [people.vera.id]);
    const slow = attempt(); // reads the hash of before, and waits for the other's end
    const waiting = "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    while ((await database.pool.query(waiting)).rowCount === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await other.query("COMMIT");
    other.release();
    expect(problemOf(await slow).code).toBe("wrong_credentials");
  });
});

describe("the limit", () => {
  it("closes an account for a while after 10 failures, for the right password too", async () => {
    for (let i = 0; i < 10; i++) {
      expect(problemOf(await attempt({ password: "wrong" })).status).toBe(401);
      later(MINUTE);
    }
    const closed = problemOf(await attempt({ email: "Vera@Example.com" }));
    expect(closed).toMatchObject({ status: 429, retry: "later", retryAfterSeconds: 5 * 60 });
    expect((await attempt({ email: "rosa@example.com" })).ok).toBe(true);
    later(5 * MINUTE - 1_000);
    expect(problemOf(await attempt())).toMatchObject({ status: 429, retryAfterSeconds: 1 });
    later(1_000);
    expect((await attempt()).ok).toBe(true);
  });

  it("treats an address that nobody has the same", async () => {
    const nobody = { email: "nobody@example.com" };
    for (let i = 0; i < 10; i++) expect(problemOf(await attempt(nobody)).status).toBe(401);
    expect(problemOf(await attempt(nobody)).status).toBe(429);
  });

  it("does not count what it refuses", async () => {
    for (let i = 0; i < 10; i++) await attempt({ password: "wrong" });
    for (let i = 0; i < 10; i++) await attempt({ password: "wrong" });
    expect(await failures()).toBe(10);
  });

  it("is cleared for the account by a success", async () => {
    for (let i = 0; i < 9; i++) await attempt({ password: "wrong" });
    expect((await attempt()).ok).toBe(true);
    for (let i = 0; i < 9; i++) expect(problemOf(await attempt({ password: "wrong" })).status).toBe(401);
    expect((await attempt()).ok).toBe(true);
  });

  it("lets a burst not slip by", async () => {
    const burst = await Promise.all(Array.from({ length: 30 }, () => attempt({ password: "wrong" })));
    const statuses = burst.map((answer) => problemOf(answer).status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(10);
    expect(statuses.filter((status) => status === 429)).toHaveLength(20);
  });

  it("closes an address after 50 failures over any accounts; a success takes none of them away", async () => {
    const address = "2001:db8:1:2::7";
    for (let i = 0; i < 49; i++) await attempt({ email: `nobody${i}@example.com`, address });
    expect((await attempt({ address })).ok).toBe(true);
    await attempt({ email: "nobody50@example.com", address: "2001:db8:1:2:ffff::1" });
    expect(problemOf(await attempt({ address })).status).toBe(429);
    expect((await attempt({ address: "2001:db8:1:3::7" })).ok).toBe(true);
  });
});

describe("changing one's own password", () => {
  const change = (input: { current?: string; next?: string } = {}) =>
    changeOwnPassword(
      { actor: people.vera, now: now() },
      { current: PASSWORD, next: "a brand new password", address: null, ...input },
    );

  it("ends other sessions, not one's own", async () => {
    const other = succeeded(await attempt());
    expect(succeeded(await change())).toEqual({ endedSessions: 1 });
    expect(await personOfSession({ now: now() }, people.vera)).not.toBeNull();
    expect(await personOfSession({ now: now() }, other)).toBeNull();
    expect((await attempt()).ok).toBe(false);
    expect((await attempt({ password: "a brand new password" })).ok).toBe(true);
  });

  it("needs the present one, and is limited as signing in is", async () => {
    const wrong = problemOf(await change({ current: "wrong" }));
    expect(wrong).toMatchObject({ status: 422, code: "wrong_password", errors: [{ path: "current" }] });
    for (let i = 0; i < 9; i++) await change({ current: "wrong" });
    expect(problemOf(await change()).status).toBe(429);
  });

  it("keeps to the rules of a password", async () => {
    for (const next of ["short", "vera@example.com"]) {
      expect(problemOf(await change({ next }))).toMatchObject({ status: 422, errors: [{ path: "next" }] });
    }
    expect(await failures()).toBe(0);
  });
});
