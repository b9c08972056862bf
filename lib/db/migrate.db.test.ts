import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { rowsOf, useEmptyDatabases } from "#lib/testing/empty-database.ts";
import { type MigrateOptions, migrateDatabase, readMigrations } from "./migrate.ts";

const emptyDatabase = useEmptyDatabases();

const migration = (name: string, sql: string) => ({
  name,
  sql,
  checksum: createHash("sha256").update(sql).digest("hex"),
});
const start = migration("1_start", "CREATE TABLE a (n int); INSERT INTO a VALUES (1);");
const more = migration("2_more", "CREATE TABLE b (n int);");
const broken = migration("3_broken", "CREATE TABLE c (n int); INSERT INTO nowhere VALUES (1);");

describe("migrations", () => {
  it("are applied once by four that start at the same time", async () => {
    const at = await emptyDatabase();
    const all = await Promise.all([1, 2, 3, 4].map(() => migrateDatabase(at, { migrations: [start, more] })));
    expect(all.map((one) => (one.ok ? one.value.length : one.problem.code)).sort()).toEqual([0, 0, 0, 2]);
    expect(await rowsOf(at, "SELECT n FROM a")).toEqual([{ n: 1 }]);
    const recorded = await rowsOf(at, "SELECT * FROM _prisma_migrations ORDER BY migration_name");
    expect(recorded).toMatchObject([
      { migration_name: "1_start", checksum: start.checksum, applied_steps_count: 1, logs: null, rolled_back_at: null },
      { migration_name: "2_more", checksum: more.checksum },
    ]);
    expect(recorded[0]?.["id"]).toMatch(/^[0-9a-f-]{36}$/);
    expect(recorded[0]?.["finished_at"]).toBeInstanceOf(Date);
  });

  it("of the program itself make the schema of an empty database", async () => {
    const at = await emptyDatabase();
    const applied = await migrateDatabase(at, {});
    expect(applied).toEqual({ ok: true, value: readMigrations().map(({ name }) => name) });
    expect(await migrateDatabase(at, {})).toEqual({ ok: true, value: [] });
  });

  it("are refused by a newer database, and when a file was edited", async () => {
    const at = await emptyDatabase();
    await migrateDatabase(at, { migrations: [start, more] });
    const older = await migrateDatabase(at, { migrations: [start] });
    expect(older).toMatchObject({ ok: false, problem: { code: "database_newer" } });
    const edited = await migrateDatabase(at, { migrations: [start, migration("2_more", "CREATE TABLE other ();")] });
    expect(edited).toMatchObject({ ok: false, problem: { code: "migration_edited" } });
  });

  it("leave nothing half done when one fails, and go on when it is mended", async () => {
    const at = await emptyDatabase();
    const failed = await migrateDatabase(at, { migrations: [start, broken] });
    expect(failed).toMatchObject({ ok: false, problem: { code: "migration_failed" } });
    expect(failed.ok ? "" : failed.problem.message).toContain('relation "nowhere" does not exist');
    expect(await rowsOf(at, "SELECT to_regclass('a') IS NOT NULL AS a, to_regclass('c') IS NULL AS c")).toEqual([
      { a: true, c: true },
    ]);
    const mended = await migrateDatabase(at, { migrations: [start, migration("3_broken", "CREATE TABLE c (n int);")] });
    expect(mended).toEqual({ ok: true, value: ["3_broken"] });
  });

  it("ask for a backup before they change a database in use, and not before they make one", async () => {
    const at = await emptyDatabase();
    const asked: string[] = [];
    const beforeChange: MigrateOptions["beforeChange"] = async (pending) => {
      asked.push(pending.join());
    };
    await migrateDatabase(at, { migrations: [start], beforeChange });
    expect(asked).toEqual([]);
    await migrateDatabase(at, { migrations: [start, more], beforeChange });
    await migrateDatabase(at, { migrations: [start, more], beforeChange });
    expect(asked).toEqual(["2_more"]);
  });
});
