/** The driver of tables of runs, against PostgreSQL and a real MariaDB (Debian's). */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { useDatabase } from "#lib/testing/database.ts";
import { skipBecause } from "#lib/testing/need.ts";
import { type UserMariadb, userMariadb } from "#lib/testing/user-mariadb.ts";
import { type Instant, instant } from "#lib/time/instant.ts";
import type { Answer, RanThere, Reading } from "./driver.ts";
import { connectionInput } from "./schema.ts";
import { sqlTable } from "./sql-table.ts";

const db = useDatabase();
let maria: UserMariadb | string = "it was not started";
const T = (text: string): Instant => instant(Date.parse(`2027-01-12T${text}Z`));

beforeAll(async () => {
  maria = await userMariadb();
}, 300_000);
afterAll(async () => {
  if (typeof maria !== "string") await maria.end();
}, 60_000);

const value = <T>(answer: Answer<T>): T => {
  if (!answer.ok) throw new Error(`${answer.problem.kind}: ${answer.problem.sentence}`);
  return answer.value;
};

const history = (given: object, ref: string, cursor: unknown, now: Instant): Promise<Answer<Reading>> => {
  const { options, secrets } = connectionInput.parse({ kind: "sql", ...given });
  const config = { ...options, ...secrets } as Parameters<NonNullable<typeof sqlTable.attempts>>[0];
  const world = { clock: { now: () => now } };
  return sqlTable.attempts?.(config, { ref, cursor }, world) ?? Promise.reject(new Error("no history"));
};

interface There {
  readonly name: string;
  readonly moment: string;
  readonly wall: string;
  readonly run: (text: string) => Promise<unknown>;
  readonly connection: () => object;
}

const THERE: readonly There[] = [
  {
    ...{ name: "postgresql", moment: "timestamptz", wall: "timestamp" },
    run: (text) => db.pool.query(text),
    connection: () => ({ engine: "postgresql", host: db.connection.host, database: db.connection.database, user: db.connection.user }), // biome-ignore format: one line
  },
  {
    ...{ name: "mysql", moment: "timestamp(3) NULL", wall: "datetime(3)" },
    run: (text) => (typeof maria === "string" ? Promise.reject(new Error(maria)) : maria.query(`USE app; SET time_zone = '+00:00'; ${text}`)), // biome-ignore format: one line
    connection: () => ({ engine: "mysql", host: typeof maria === "string" ? "" : maria.socket, database: "app", user: "root" }), // biome-ignore format: one line
  },
];

describe.each(THERE)("$name", (there) => {
  beforeAll(async () => {
    if (there.name === "mysql" && typeof maria !== "string") await maria.query("CREATE DATABASE app");
  });
  beforeEach(async (context) => {
    if (there.name === "mysql" && typeof maria === "string") skipBecause(context, maria);
    await there.run("DROP TABLE IF EXISTS runs");
  });
  const given = (more: object = {}) => ({
    ...there.connection(),
    ...{
      tls: "off",
      table: "runs",
      finishedColumn: "ended_at",
      statusColumn: "state",
      jobColumn: "job",
      logColumn: "error",
    },
    ...more,
  });
  const shown = (runs: readonly RanThere[]) =>
    runs.map(({ id, startedAt, finishedAt, outcome, log }) => [id, startedAt, finishedAt, outcome, log]);

  test("each row is a run: told once when it begins, and once when it has ended", async () => {
    await there.run(
      `CREATE TABLE runs (id int, job varchar(50), started_at ${there.moment}, ended_at ${there.moment}, state varchar(20), error text)`,
    );
    await there.run(`INSERT INTO runs VALUES (1, 'nightly', '2027-01-12 02:00:00.250', '2027-01-12 02:00:09', 'Success', NULL),
      (2, 'other', '2027-01-12 02:00:00', NULL, 'running', NULL),
      (3, 'nightly', '2027-01-12 02:05:00', '2027-01-12 02:05:01', 'crashed', 'out of memory'),
      (4, 'nightly', '2027-01-12 02:10:00', NULL, 'running', NULL)`);
    const first = value(await history(given(), "nightly", null, T("02:10:05")));
    expect(shown(first.runs)).toEqual([
      ["1", T("02:00:00.250"), T("02:00:09"), "success", null],
      ["3", T("02:05:00"), T("02:05:01"), "fail", "out of memory"],
      ["4", T("02:10:00"), null, null, null],
    ]);
    // Such a table knows nothing of attempts: nothing is ever called not fired by it.
    expect(first).toMatchObject({ attempts: [], coversFrom: first.coversTo, coversTo: T("02:10:05") });
    const second = value(await history(given(), "nightly", first.cursor, T("02:10:15")));
    expect(second.runs).toEqual([]);
    await there.run("UPDATE runs SET ended_at = '2027-01-12 03:30:00', state = 'completed' WHERE id = 4");
    await there.run("INSERT INTO runs VALUES (5, 'nightly', '2027-01-12 02:08:00', NULL, 'running', NULL)");
    const third = value(await history(given(), "nightly", second.cursor, T("02:10:25")));
    expect(shown(third.runs)).toEqual([
      ["5", T("02:08:00"), null, null, null],
      ["4", T("02:10:00"), T("03:30:00"), "success", null],
    ]);
    // Long after: what was under way is still asked for, by its id.
    await there.run("UPDATE runs SET ended_at = '2027-01-12 09:00:00', state = 'done' WHERE id = 5");
    const later = value(await history(given(), "nightly", third.cursor, T("09:00:05")));
    const last = value(await history(given(), "nightly", later.cursor, T("12:00:00")));
    expect([later.runs.map(({ id }) => id), last.runs]).toEqual([["5"], []]);
  });

  test("times without an offset are read in the zone that is given, numbers as counts since the epoch", async () => {
    await there.run(
      `CREATE TABLE runs (id varchar(20), job varchar(50), started_at ${there.wall}, ended_at ${there.wall}, state varchar(20), error text)`,
    );
    await there.run("INSERT INTO runs VALUES ('a', 'x', '2027-01-12 03:00:00', '2027-01-12 03:00:05.5', 'ok', NULL)");
    const berlin = value(await history(given({ zone: "Europe/Berlin" }), "x", null, T("02:01:00")));
    expect(shown(berlin.runs)).toEqual([["a", T("02:00:00"), T("02:00:05.500"), "success", null]]);
    await there.run("DROP TABLE runs");
    await there.run("CREATE TABLE runs (id bigint, started_at bigint, finished_at bigint, due bigint)");
    const at = T("02:00:00") / 1_000;
    await there.run(`INSERT INTO runs VALUES (9007199254740993, ${at}, ${at + 5}, ${at})`);
    const counted = { ...there.connection(), tls: "off", table: "runs", finishedColumn: "finished_at", windowColumn: "due", times: "epoch seconds" }; // biome-ignore format: one line
    const read = value(await history(counted, "any", null, T("02:01:00")));
    expect(read.runs).toEqual([
      { id: "9007199254740993", startedAt: T("02:00:00"), finishedAt: T("02:00:05"), outcome: "success", window: T("02:00:00"), log: null }, // biome-ignore format: one row
    ]);
  });

  test("names are quoted, whatever they are, and nothing can be written", async () => {
    const name = there.name === "mysql" ? 'we"ird`; DROP TABLE kept; --' : 'we`ird"; DROP TABLE kept; --';
    const quoted = there.name === "mysql" ? `\`${name.replaceAll("`", "``")}\`` : `"${name.replaceAll('"', '""')}"`;
    await there.run(`DROP TABLE IF EXISTS ${quoted}; CREATE TABLE ${quoted} (id int, started_at ${there.moment})`);
    await there.run(`INSERT INTO ${quoted} VALUES (1, '2027-01-12 02:00:00')`);
    const odd = { ...there.connection(), tls: "off", table: name };
    expect(value(await history(odd, "any", null, T("02:01:00"))).runs).toHaveLength(1);
    const missing = await history({ ...odd, idColumn: "nope" }, "any", null, T("02:01:00"));
    expect(missing.ok ? null : missing.problem.sentence).toMatch(/has no column “nope”\.$/);
    await there.run(`DROP TABLE ${quoted}`);
  });

  test("a row written long after its beginning is found as long as it may be late", async () => {
    await there.run(`CREATE TABLE runs (id int, started_at ${there.moment})`);
    const plain = { ...there.connection(), tls: "off", table: "runs", lateSeconds: 3_600 };
    const first = value(await history(plain, "any", null, T("05:00:00")));
    await there.run("INSERT INTO runs VALUES (1, '2027-01-12 04:10:00'), (2, '2027-01-12 03:50:00')");
    const second = value(await history(plain, "any", first.cursor, T("05:00:10")));
    expect(second.runs.map(({ id, outcome }) => [id, outcome])).toEqual([["1", null]]);
  });
});

test("a statement that writes is refused by the database, whatever the driver asked", async () => {
  const { readPostgres } = await import("./sql-engines.ts");
  const at = { host: db.connection.host, port: 5_432, database: db.connection.database, user: db.connection.user, tls: "off" } as const; // biome-ignore format: one line
  const answer = await readPostgres(at, (ask) => ask("CREATE TABLE written (n int)"));
  expect(answer).toMatchObject({ ok: false, problem: { kind: "refused", sentence: /read-only transaction/ } });
});
