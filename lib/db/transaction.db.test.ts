import { expect, test } from "vitest";
import { ok } from "#lib/problem.ts";
import { useDatabase } from "#lib/testing/database.ts";
import { isDatabaseAway } from "./away.ts";
import { sqlStateOf } from "./sql-state.ts";
import { inTransaction } from "./transaction.ts";

const db = useDatabase();

const failureOf = (text: string, values: readonly unknown[] = []): Promise<unknown> =>
  inTransaction(async (tx) => ok(await tx.query(text, values))).then(
    () => null,
    (thrown: unknown) => thrown,
  );

test("two that wait for each other: the one that PostgreSQL ends is tried again", async () => {
  await db.sql.query("CREATE TABLE counted (id int PRIMARY KEY, n int NOT NULL)");
  await db.sql.query("INSERT INTO counted VALUES (1, 0), (2, 0)");
  const seen: (() => void)[] = [];
  // Both hold their first row before either asks for its second.
  const both = new Promise<void>((resolve) => seen.push(resolve));
  let holding = 0;
  const raise = (first: number, second: number) =>
    inTransaction(async (tx) => {
      await tx.query("UPDATE counted SET n = n + 1 WHERE id = $1::int", [first]);
      if (++holding === 2) for (const go of seen) go();
      await both;
      await tx.query("UPDATE counted SET n = n + 1 WHERE id = $1::int", [second]);
      return ok(null);
    });
  expect(await Promise.all([raise(1, 2), raise(2, 1)])).toEqual([ok(null), ok(null)]);
  expect(holding).toBe(3);
  expect(await db.sql.query("SELECT n FROM counted ORDER BY id")).toEqual([{ n: 2 }, { n: 2 }]);
});

test("what PostgreSQL said is known, whichever driver brought it", async () => {
  expect(sqlStateOf(await failureOf("SELECT $1::text", ["a\0b"]))).toBe("22021");
  expect(sqlStateOf(await db.pool.query("SELECT 1 / 0").catch((thrown: unknown) => thrown))).toBe("22012");
  expect(sqlStateOf(new Error("another thing"))).toBeNull();
});

test("a connection that was ended below Prisma is the database being away", async () => {
  expect(isDatabaseAway(await failureOf("SELECT pg_terminate_backend(pg_backend_pid())::text"))).toBe(true);
  expect(isDatabaseAway(await failureOf("SELECT nothing"))).toBe(false);
});
