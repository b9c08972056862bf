import { beforeEach, describe, expect, it } from "vitest";
import { useDatabase } from "#lib/testing/database.ts";
import { type Cast, insertCast, PASSWORD } from "#lib/testing/people.ts";
import { problemOf, succeeded } from "#lib/testing/result.ts";
import { DAY, HOUR, type Instant, instant, MINUTE, millis, plus } from "#lib/time/instant.ts";
import { purgeAccess } from "./purge.ts";
import { endOtherSessions, endOwnSession, endSession, listOwnSessions, personOfSession } from "./sessions.ts";
import { signIn } from "./sign-in.ts";

const database = useDatabase();
let people: Cast;
const now = () => database.clock.now();
const later = (length: number) => {
  database.clock.at = plus(database.clock.at, millis(length));
};
const begin = async () =>
  succeeded(
    await signIn(
      { now: now() },
      { email: "vera@example.com", password: PASSWORD, address: "192.0.2.1", userAgent: "x" },
    ),
  );
const alive = async (session: { readonly sessionId: string }): Promise<boolean> =>
  (await personOfSession({ now: now() }, session)) !== null;
const rowOf = async ({ sessionId }: { readonly sessionId: string }): Promise<{ seen: Instant; expires: Instant }> => {
  const [row] = await database.sql.query<{ seen: Instant; expires: Instant }>(
    `SELECT (extract(epoch from seen_at) * 1000)::float8 AS seen,
       (extract(epoch from expires_at) * 1000)::float8 AS expires FROM session WHERE id = $1::uuid`,
    [sessionId],
  );
  return row ?? { seen: instant(0), expires: instant(0) };
};

beforeEach(async () => {
  await database.sql.query("DELETE FROM person");
  people = await insertCast(database.sql, now());
});

describe("a session", () => {
  it("is who its person is now; of nobody else, and of none", async () => {
    expect(await personOfSession({ now: now() }, people.otto)).toEqual(people.otto);
    for (const sessionId of ["", "x", "0197a4e0-0000-7000-8000-000000000000", "a\0"]) {
      expect(await alive({ sessionId })).toBe(false);
    }
  });

  it("of a disabled person opens nothing, though it has not ended", async () => {
    expect(await alive(people.max)).toBe(false);
    await database.sql.query("UPDATE session SET revoked_at = NULL");
    expect(await alive(people.max)).toBe(false);
  });

  it("ends 30 days after its last request", async () => {
    const session = await begin();
    later(30 * DAY - 1);
    expect(await alive(session)).toBe(true);
    later(30 * DAY - 1);
    expect(await alive(session)).toBe(true);
    later(30 * DAY);
    expect(await alive(session)).toBe(false);
  });

  it("ends after 90 days however busy", async () => {
    const session = await begin();
    for (let day = 10; day < 90; day += 10) {
      later(10 * DAY);
      expect(await alive(session)).toBe(true);
    }
    later(10 * DAY);
    expect(await alive(session)).toBe(false);
  });

  it("is marked as seen at most once a minute", async () => {
    const session = await begin();
    const began = now();
    later(MINUTE - 1);
    await alive(session);
    expect((await rowOf(session)).seen).toBe(began);
    later(1);
    await alive(session);
    expect(await rowOf(session)).toEqual({ seen: now(), expires: plus(now(), millis(30 * DAY)) });
  });

  it("ends at once by signing out, by its list, and with all the others", async () => {
    const [a, b, c, d] = [await begin(), await begin(), await begin(), await begin()];
    const ctx = { actor: { ...people.vera, sessionId: d.sessionId }, now: now() };
    succeeded(await endSession({ now: now() }, a));
    succeeded(await endSession({ now: now() }, a));
    succeeded(await endOwnSession(ctx, { id: b.sessionId }));
    expect(await Promise.all([a, b, c, d].map(alive))).toEqual([false, false, true, true]);
    const listed = succeeded(await listOwnSessions(ctx));
    expect(listed.map((session) => [session.id, session.current])).toEqual(
      expect.arrayContaining([
        [d.sessionId, true],
        [c.sessionId, false],
        [people.vera.sessionId, false],
      ]),
    );
    expect(listed).toHaveLength(3);
    expect(succeeded(await endOtherSessions(ctx))).toBe(2);
    expect(await Promise.all([c, d].map(alive))).toEqual([false, true]);
  });

  it("of another person is not mine to see or end", async () => {
    const mine = { actor: people.rosa, now: now() };
    expect(succeeded(await listOwnSessions(mine))).toHaveLength(1);
    expect(problemOf(await endOwnSession(mine, { id: people.vera.sessionId })).status).toBe(404);
    expect(problemOf(await endOwnSession(mine, { id: "x" })).status).toBe(404);
    expect(await alive(people.vera)).toBe(true);
    const key = { actor: { kind: "key", id: "1", name: "k", scope: "write" }, now: now() } as const;
    expect(problemOf(await listOwnSessions(key)).status).toBe(403);
  });

  it("is cleared away 30 days after it ended", async () => {
    const session = await begin();
    succeeded(await endSession({ now: now() }, session));
    later(30 * DAY - HOUR);
    succeeded(await purgeAccess({ now: now() }));
    expect((await rowOf(session)).seen).toBeGreaterThan(0);
    later(2 * HOUR);
    succeeded(await purgeAccess({ now: now() }));
    expect((await rowOf(session)).seen).toBe(0);
  });
});
