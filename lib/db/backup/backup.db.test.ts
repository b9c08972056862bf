import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, describe, expect, it } from "vitest";
import { migrateDatabase, readMigrations } from "#lib/db/migrate.ts";
import { type Address, rowsOf, useEmptyDatabases } from "#lib/testing/empty-database.ts";
import { backup } from "./backup.ts";
import { backupBeforeChange } from "./before-change.ts";
import { restore } from "./restore.ts";

const emptyDatabase = useEmptyDatabases();
const folder = mkdtempSync(join(tmpdir(), "rollcall-backup-"));
afterAll(() => rmSync(folder, { recursive: true }));

const secret = "only-for-tests-0123456789";
const now = new Date("2027-01-12T00:00:00Z");
const migration = (name: string, sql: string) => ({
  name,
  sql,
  checksum: createHash("sha256").update(sql).digest("hex"),
});

/** All that is awkward to copy: a reference to a later name, to itself, generated, identity, a seed, partitions. */
const start = migration(
  "1_start",
  `CREATE TABLE zone (id int PRIMARY KEY, name text NOT NULL);
   INSERT INTO zone VALUES (1, 'seed');
   CREATE TABLE "Odd name" (
     id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, zone int NOT NULL REFERENCES zone, parent bigint REFERENCES "Odd name",
     text text, twice text GENERATED ALWAYS AS (text || text) STORED, bytes bytea, json jsonb, at timestamptz);
   CREATE TABLE evidence (at timestamptz NOT NULL, n int) PARTITION BY RANGE (at);
   CREATE TABLE evidence_default PARTITION OF evidence DEFAULT;
   CREATE SEQUENCE number;
   CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
   CREATE TYPE mood AS ENUM ('good', 'bad');`,
);
const more = migration("2_more", "ALTER TABLE zone ADD COLUMN extra text NOT NULL DEFAULT 'x';");

const FILL = `
  UPDATE zone SET name = 'renamed' WHERE id = 1;
  INSERT INTO "Odd name" (zone, parent, text, bytes, json, at) VALUES
    (1, 2, E'tab\\t, newline\\n, backslash \\\\. and ünï', '\\x00ff0a5c2e', '{"a": "\\\\.\\n"}', '2027-01-01T00:00:00.123Z'),
    (1, 2, E'\\\\.', '\\x', null, null), (1, null, '', null, 'null', '-infinity');
  INSERT INTO "Odd name" (zone, text) SELECT 1, repeat(md5(n::text), 400) FROM generate_series(1, 300) n;
  CREATE TABLE evidence_2027_01 PARTITION OF evidence FOR VALUES FROM ('2027-01-01') TO ('2027-02-01');
  INSERT INTO evidence SELECT '2026-12-31T00:00:00Z'::timestamptz + n * interval '1 hour', n FROM generate_series(1, 100) n;
  SELECT nextval('number'), nextval('number');`;

const DIGEST = `
  SELECT (SELECT md5(string_agg(t::text, '|' ORDER BY id)) FROM "Odd name" t) AS odd, (SELECT count(*)::int FROM "Odd name") AS n,
         (SELECT md5(string_agg(e::text, '|' ORDER BY at)) FROM evidence e) AS evidence,
         (SELECT count(*)::int FROM evidence_2027_01) AS january, (SELECT count(*)::int FROM evidence_default) AS rest`;

async function filled(): Promise<Address> {
  const at = await emptyDatabase();
  await migrateDatabase(at, { migrations: [start] });
  await rowsOf(at, FILL);
  return at;
}
const saved = async (at: Address, name: string): Promise<string> => {
  const file = join(folder, name);
  await backup({ connection: at, file, secret, now });
  return file;
};

describe("a backup", () => {
  it("restored is what it was, to the byte, partitions and counters included", async () => {
    const from = await filled();
    const file = await saved(from, "all.gz");
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const to = await emptyDatabase();
    const done = await restore({ connection: to, file, secret, replace: false, migrations: [start] });
    expect(done).toEqual({ tables: 3, rows: 1 + 303 + 100, madeAt: now.toISOString(), sameSecret: true });
    expect(await rowsOf(to, DIGEST)).toEqual(await rowsOf(from, DIGEST));
    expect((await rowsOf(to, DIGEST))[0]).toMatchObject({ n: 303, january: 77, rest: 23 });
    expect(await rowsOf(to, "SELECT name FROM zone")).toEqual([{ name: "renamed" }]);
    expect(await rowsOf(to, `INSERT INTO "Odd name" (zone) VALUES (1) RETURNING id::int`)).toEqual([{ id: 304 }]);
    expect(await rowsOf(to, "SELECT nextval('number')::int AS n")).toEqual([{ n: 3 }]);
  });

  it("is of one moment while others write", async () => {
    const from = await filled();
    const writer = new pg.Client({ ...from });
    await writer.connect();
    let writing = true;
    const loop = (async () => {
      while (writing) {
        await writer.query("BEGIN");
        await writer.query(`INSERT INTO "Odd name" (zone, text) VALUES (1, 'pair')`);
        await writer.query("INSERT INTO evidence VALUES (now(), -1)");
        await writer.query("COMMIT");
      }
    })();
    const file = await saved(from, "busy.gz");
    writing = false;
    await loop;
    await writer.end();
    const to = await emptyDatabase();
    await restore({ connection: to, file, secret, replace: false, migrations: [start] });
    const [pairs] = await rowsOf<{ a: number; b: number }>(
      to,
      `SELECT (SELECT count(*)::int FROM "Odd name" WHERE text = 'pair') AS a, (SELECT count(*)::int FROM evidence WHERE n = -1) AS b`,
    );
    expect(pairs?.a).toBe(pairs?.b);
  });

  it("goes into a later program, whose migrations come after it, and not into an earlier one", async () => {
    const file = await saved(await filled(), "old.gz");
    const to = await emptyDatabase();
    await restore({ connection: to, file, secret: "another-secret-0123", replace: false, migrations: [start, more] });
    expect(await rowsOf(to, "SELECT name, extra FROM zone")).toEqual([{ name: "renamed", extra: "x" }]);
    const newer = await saved(to, "new.gz");
    const refused = restore({
      connection: await emptyDatabase(),
      file: newer,
      secret,
      replace: false,
      migrations: [start],
    });
    await expect(refused).rejects.toThrow("The backup is newer than this program: it holds the migration 2_more");
  });

  it("does not go into a database that holds something, unless it may replace it", async () => {
    const file = await saved(await filled(), "force.gz");
    const to = await filled();
    await rowsOf(to, "DELETE FROM evidence; CREATE VIEW seen AS SELECT * FROM zone");
    const before = await rowsOf(to, DIGEST);
    const into = { connection: to, file, secret, migrations: [start] };
    await expect(restore({ ...into, replace: false })).rejects.toThrow("is not empty");
    const connected = new pg.Client({ ...to, application_name: "rollcall" });
    await connected.connect();
    await expect(restore({ ...into, replace: true })).rejects.toThrow("A Rollcall is connected");
    await connected.end();
    // Cut or changed, it leaves what was there.
    const whole = readFileSync(file);
    writeFileSync(join(folder, "cut.gz"), whole.subarray(0, whole.length - 200));
    await expect(restore({ ...into, file: join(folder, "cut.gz"), replace: true })).rejects.toThrow("cut off");
    expect(await rowsOf(to, DIGEST)).toEqual(before);
    await restore({ ...into, replace: true });
    expect((await rowsOf(to, DIGEST))[0]).toMatchObject({ n: 303, january: 77 });
    expect(await rowsOf(to, "SELECT to_regclass('seen') IS NULL AS gone")).toEqual([{ gone: true }]);
  });

  it("is told from other files", async () => {
    const connection = await emptyDatabase();
    writeFileSync(join(folder, "other"), "hello");
    const refused = restore({ connection, file: join(folder, "other"), secret, replace: false });
    await expect(refused).rejects.toThrow("not a backup of Rollcall");
    await expect(backup({ connection, file: join(folder, "none.gz"), secret, now })).rejects.toThrow(
      "nothing to back up",
    );
    expect(readdirSync(folder).filter((name) => name.includes("none.gz"))).toEqual([]);
  });

  it("of the program's own schema can be restored", async () => {
    const from = await emptyDatabase();
    await migrateDatabase(from, {});
    const to = await emptyDatabase();
    await restore({ connection: to, file: await saved(from, "own.gz"), secret, replace: false });
    const recorded = "SELECT migration_name FROM _prisma_migrations ORDER BY 1";
    expect(await rowsOf(to, recorded)).toEqual(readMigrations().map(({ name }) => ({ migration_name: name })));
  });

  it("before a change is kept three times", async () => {
    const connection = await filled();
    const kept = join(folder, "backups");
    for (let n = 1; n <= 5; n++) {
      const at = new Date(now.getTime() + n * 1_000);
      await backupBeforeChange({ connection, folder: kept, secret, pending: ["2_more", "3_most"], now: at });
    }
    expect(readdirSync(kept).sort()).toEqual([3, 4, 5].map((n) => `before-20270112T00000${n}Z-2_more.backup.gz`));
  });
});
