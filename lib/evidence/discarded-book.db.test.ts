import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Sql } from "#lib/db/sql.ts";
import { useDatabase } from "#lib/testing/database.ts";
import { DAY, instant, minus, plus, SECOND } from "#lib/time/instant.ts";
import type { DiscardedCheckIn } from "./discarded.ts";
import { discardedBook } from "./discarded-book.ts";
import { pruneDiscarded } from "./discarded-store.ts";

const database = useDatabase();
const NOW = instant(Date.UTC(2027, 0, 12));
let away = false;
let writes = 0;

const sql: Sql = {
  query: async <Row>(text: string, values?: readonly unknown[]) => {
    if (away) throw Object.assign(new Error("away"), { code: "ECONNREFUSED" });
    if (text.includes("INSERT")) writes++;
    return database.sql.query<Row>(text, values);
  },
};
const book = () =>
  discardedBook({
    sql,
    projectId: () => 1,
    now: () => NOW,
    onTrouble: (thrown) => {
      throw thrown;
    },
  });
const one = (more: Partial<DiscardedCheckIn> = {}): DiscardedCheckIn => ({
  reason: "unknown_slug",
  path: "/ping/Zm9v…/nightly",
  sender: "192.0.2.1",
  slug: "nightly",
  detail: null,
  scheduleId: null,
  userAgent: "curl/8",
  at: NOW,
  ...more,
});
interface Row {
  readonly reason: string;
  readonly path: string;
  readonly count: string;
  readonly first: number;
  readonly last: number;
  readonly user_agent: string;
}
const rows = () =>
  database.sql.query<Row>(
    `SELECT reason, path, count::text, user_agent, (extract(epoch from first_at) * 1000)::float8 AS first,
       (extract(epoch from last_at) * 1000)::float8 AS last FROM discarded ORDER BY path, reason`,
  );

beforeAll(() => database.sql.query("INSERT INTO project VALUES (1, 'Rollcall', 'k', now()) ON CONFLICT DO NOTHING"));
beforeEach(async () => {
  away = false;
  writes = 0;
  await database.sql.query("DELETE FROM discarded");
});

describe("No check-in vanishes", () => {
  it("is kept as discarded, with its reason, sender and count, also over several writes", async () => {
    const kept = book();
    for (let i = 0; i < 100; i++) kept.note(one({ at: plus(NOW, SECOND) }));
    kept.note(one({ reason: "archived", at: NOW }));
    await kept.flush();
    kept.note(one({ at: minus(NOW, SECOND), userAgent: "wget" }));
    kept.note(one({ sender: "192.0.2.2" }));
    await kept.flush();
    expect(writes).toBe(2);
    expect(kept.waiting).toBe(0);
    expect(await rows()).toMatchObject([
      { reason: "archived", count: "1" },
      { reason: "unknown_slug", count: "101", first: NOW - 1_000, last: NOW + 1_000 },
      { reason: "unknown_slug", count: "1" },
    ]);
  });

  it("is written in the background, without being asked", async () => {
    const kept = book();
    kept.note(one());
    expect(kept.waiting).toBe(1);
    for (const deadline = performance.now() + 5_000; (await rows()).length === 0; ) {
      if (performance.now() > deadline) throw new Error("it is not written");
    }
  });

  it("waits in memory while the database is away, and is written when it is back", async () => {
    const kept = book();
    away = true;
    for (let i = 0; i < 50; i++) {
      kept.note(one({ path: `/ping/${i % 5}` }));
      if (i % 10 === 0) await kept.flush();
    }
    expect(kept.waiting).toBe(5);
    away = false;
    await kept.flush();
    expect((await rows()).map(({ count }) => count)).toEqual(["10", "10", "10", "10", "10"]);
  });

  it("is counted, though not each by its path, when a sender invents ever new ones", async () => {
    const kept = book();
    away = true;
    for (let i = 0; i < 6_000; i++) kept.note(one({ path: `/ping/${i}`, slug: `s${i}` }));
    expect(kept.waiting).toBeLessThanOrEqual(5_001);
    away = false;
    await kept.flush();
    const all = await rows();
    expect(all.reduce((sum, { count }) => sum + Number(count), 0)).toBeGreaterThanOrEqual(5_999);
    expect(all.find(({ path }) => path === "(others)")?.count).toBe("1000");
  });

  it("is kept a week, and the newest of many", async () => {
    const kept = book();
    for (let i = 0; i < 20; i++)
      kept.note(one({ path: `/ping/${String(i).padStart(2, "0")}`, at: minus(NOW, instantDays(i)) }));
    await kept.flush(); // the first writing prunes
    expect(await rows()).toHaveLength(8);
    await pruneDiscarded(sql, { projectId: 1, now: NOW, keepFor: DAY, keep: 1 });
    expect((await rows()).map(({ path }) => path)).toEqual(["/ping/00"]);
  });
});

const instantDays = (count: number) => (count * DAY) as typeof DAY;
