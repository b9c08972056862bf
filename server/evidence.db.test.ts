import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isDatabaseAway } from "#lib/db/away.ts";
import { type Listener, startListener } from "#lib/db/listen.ts";
import { makePool } from "#lib/db/pool.ts";
import { archiveSchedule } from "#lib/engine/archive-schedule.ts";
import { createDraft } from "#lib/engine/create-draft.ts";
import { makeRecorder } from "#lib/engine/record.ts";
import { spoolState } from "#lib/evidence/intake/of-process.ts";
import type { Logger } from "#lib/log.ts";
import { useDatabase } from "#lib/testing/database.ts";
import { succeeded } from "#lib/testing/result.ts";
import { type SeverableWay, severableWay } from "#lib/testing/severed.ts";
import { viewDiscarded } from "#lib/views/discarded.ts";
import { type Evidence, openEvidence } from "./evidence.ts";

const database = useDatabase();
const KEY = "Zm9v_YmFyLWJhejEyMzQ1N";
let way: SeverableWay;
let pool: pg.Pool;
let listener: Listener;
let checkIns: Evidence;
let server: Server;
let dataDir = "";
let address = "";
let known = { id: "", uuid: "" };
const troubles: string[] = [];

async function make(slug: string) {
  const draft = await createDraft(slug, database.clock.now());
  if (!draft.ok) throw new Error(draft.problem.message);
  const [row] = await database.sql.query<{ id: string; uuid: string }>(
    "SELECT id::text AS id, ping_uuid::text AS uuid FROM schedule WHERE id = $1",
    [draft.value.scheduleId],
  );
  if (!row) throw new Error("it was not made");
  return row;
}
const open = () => {
  const runtime = { ...database.runtime, pool };
  const recorder = makeRecorder({ pool, clock: database.clock });
  const told = (about: unknown) => troubles.push(JSON.stringify(about));
  const log = { info: told, warn: told, error: told } as unknown as Logger;
  return openEvidence({ config: { ...runtime.config, dataDir }, runtime, listener, recorder, log });
};

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), "rollcall-check-ins-"));
  way = await severableWay(database.connection);
  const connection = { ...database.connection, host: way.host };
  pool = makePool({ connection, max: 5, onIdleError: () => {} });
  await database.sql.query("UPDATE project SET ping_key = $1", [KEY]);
  known = await make("known");
  listener = await startListener({
    connection,
    sleep: (length, signal) => pause(Math.min(length, 200), undefined, signal ? { signal } : {}),
  });
  checkIns = await open();
  server = createServer((request, response) => checkIns.door(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/ping`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await checkIns.close();
  await listener.stop();
  await pool.end();
  await way.close();
  rmSync(dataDir, { recursive: true, force: true });
  expect(troubles).toEqual([]);
});

const say = async (path: string, method = "GET") => {
  const answer = await fetch(`${address}/${path}`, { method });
  return `${answer.status} ${await answer.text()}`;
};
const stored = async (scheduleId: string) => {
  const rows = await database.sql.query<{ n: number }>(
    "SELECT count(*)::float8 AS n FROM check_in WHERE schedule_id = $1",
    [scheduleId],
  );
  return rows[0]?.n;
};
const discarded = () =>
  database.sql.query<{ reason: string; slug: string | null }>(
    "SELECT reason, slug FROM discarded ORDER BY first_at, reason",
  );
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const deadline = performance.now() + 20_000; !(await holds()); await pause(10)) {
    if (performance.now() > deadline) throw new Error("it does not come true");
    checkIns.tick();
  }
}

describe("over a real database", () => {
  it("stores what is known, finds what was made a moment ago, and keeps what it refuses", async () => {
    expect(await say(known.uuid)).toBe("200 OK");
    expect(await say(`${KEY}/known/start`)).toBe("200 OK");
    expect(await stored(known.id)).toBe(2);
    const unheard = await make("unheard");
    expect(await say(unheard.uuid)).toBe("200 OK");
    expect(await say(`${KEY}/draft?create=1`)).toBe("201 Created");
    expect(await say(`${KEY}/draft?create=1`)).toBe("200 OK");
    expect(await say(`${KEY}/nobody`)).toBe("404 not found");
    expect(await say(`${KEY}/known?env=staging`)).toBe("409 wrong environment");
    await until(async () => (await discarded()).length === 2);
    expect(await discarded()).toMatchObject([
      { reason: "unknown_slug", slug: "nobody" },
      { reason: "wrong_environment", slug: "known" },
    ]);
  });

  it("while the database is away it is spooled; what cannot be checked is taken and may become discarded later", async () => {
    const before = await stored(known.id);
    await way.cut();
    expect(await Promise.all(Array.from({ length: 40 }, () => say(known.uuid)))).toEqual(Array(40).fill("200 OK"));
    expect(await say(`${KEY}/made-while-away?create=1`)).toBe("200 OK");
    expect(await say(`${KEY}/unknown-while-away`)).toBe("200 OK");
    expect(await say(`${KEY}/known?env=staging`)).toBe("409 wrong environment");
    expect(await say(`${KEY}/known/999`)).toBe("400 invalid url format");
    expect(spoolState()).toMatchObject({ spooling: true, waiting: 42, failure: null });
    checkIns.tick();
    await pause(50);
    expect(spoolState().waiting).toBe(42);
    await way.mend();
    await until(() => !spoolState().spooling);
    expect(await stored(known.id)).toBe((before ?? 0) + 40);
    expect(spoolState().waiting).toBe(0);
    expect(readdirSync(join(dataDir, "spool"))).toEqual([]);
    await until(async () => (await discarded()).length === 4);
    const reasons = (await discarded()).map(({ reason, slug }) => `${reason} ${slug}`);
    expect(reasons).toContain("unknown_slug unknown-while-away");
    const [made] = await database.sql.query<{ id: string }>(
      "SELECT id::text AS id FROM schedule WHERE slug = 'made-while-away'",
    );
    expect(await stored(made?.id ?? "")).toBe(1);
    expect(await say(known.uuid)).toBe("200 OK");
  });

  it("loses and doubles none when the connections break under load, again and again", async () => {
    const before = (await stored(known.id)) ?? 0;
    let sent = 0;
    let running = true;
    const client = async () => {
      while (running) {
        expect(await say(known.uuid)).toBe("200 OK");
        sent++;
      }
    };
    const clients = Array.from({ length: 8 }, client);
    for (let i = 0; i < 6; i++) {
      await pause(80);
      await way.cut();
      await pause(i * 20);
      await way.mend();
      checkIns.tick();
    }
    running = false;
    await Promise.all(clients);
    await until(() => !spoolState().spooling);
    // A commit whose answer was lost went to disk too; its id saw to it that it is there once.
    expect(await stored(known.id)).toBe(before + sent);
  });

  it("a start stores what the process before it left on disk", async () => {
    const before = (await stored(known.id)) ?? 0;
    await way.cut();
    for (let i = 0; i < 5; i++) await say(known.uuid);
    await checkIns.close();
    await way.mend();
    await until(() => listener.isUp());
    // A new process has a new pool: here the broken connections of the old one must be gone.
    await until(() =>
      pool.query("SELECT 1").then(
        () => pool.idleCount === pool.totalCount,
        () => false,
      ),
    );
    checkIns = await open();
    expect(await stored(known.id)).toBe(before + 5);
    expect(spoolState().spooling).toBe(false);
  });
});

it("tells a database that is away from one that refuses", async () => {
  const failing = async (act: () => Promise<unknown>): Promise<unknown> =>
    act().then(
      () => null,
      (thrown: unknown) => thrown,
    );
  const refusals = [
    await failing(() => database.sql.query("SELECT 1 / 0")),
    await failing(() => database.sql.query("SELECT $1::text", ["\0"])),
    await failing(() => database.sql.query("SELECT nothing")),
    new TypeError("x is not a function"),
    null,
  ];
  expect(refusals.map(isDatabaseAway)).toEqual([false, false, false, false, false]);
  const gone = new pg.Client({ ...database.connection, host: join(tmpdir(), "nowhere") });
  const refusing = new pg.Client({ ...database.connection, host: "127.0.0.1", port: 1 });
  const client = new pg.Client({ ...database.connection, application_name: "victim" });
  client.on("error", () => {});
  await client.connect();
  const killed = failing(() => client.query("SELECT pg_sleep(20)"));
  const killer =
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'victim' AND state = 'active'";
  while ((await database.sql.query(killer)).length === 0) await pause(5);
  const slow = new pg.Client({ ...database.connection, statement_timeout: 20, query_timeout: 5_000 });
  await slow.connect();
  const away = [
    await failing(() => gone.connect()),
    await failing(() => refusing.connect()),
    await killed,
    await failing(() => client.query("SELECT 1")),
    await failing(() => slow.query("SELECT pg_sleep(5)")),
  ];
  expect(away.map((thrown) => [String(thrown), isDatabaseAway(thrown)])).toEqual(
    away.map((thrown) => [String(thrown), true]),
  );
  await slow.end();
});

it("One that is refused or cannot be placed (unknown slug or key, archived, another environment, malformed) is kept as discarded, with its reason, sender and count, and shown: a job that reports into the void is the very failure that Rollcall exists for.", async () => {
  const archived = await make("archived");
  const actor = { kind: "system", name: "a test" } as const;
  succeeded(await archiveSchedule({ actor, now: database.clock.now() }, { slug: "archived", ifMatch: null }));
  const refusals: readonly (readonly [string, string, string])[] = [
    ["unknown_slug", `${KEY}/void`, "404 not found"],
    ["unknown_id", "0b9d6a8e-0000-4000-8000-00000000dead", "404 not found"],
    ["unknown_key", "AAAAAAAAAAAAAAAAAAAAAA/known", "404 not found"],
    ["archived", archived.uuid, "404 not found"],
    ["wrong_environment", `${known.uuid}?env=void`, "409 wrong environment"],
    ["malformed", `${known.uuid}/256`, "400 invalid url format"],
  ];
  await until(async () => (await say(archived.uuid)) === "404 not found");
  const before = await stored(known.id);
  // Three times each: one row, that counts.
  for (const [, path, answer] of [...refusals, ...refusals, ...refusals]) expect(await say(path)).toBe(answer);
  const shown = async () =>
    succeeded(
      await viewDiscarded({ actor, now: database.clock.now() }, { query: {}, page: { limit: 100, cursor: null } }),
    ).items;
  const countOf = async (reason: string) => (await shown()).find((one) => one.reason === reason && one.count >= 3);
  for (const [reason] of refusals) {
    await until(async () => (await countOf(reason)) !== undefined);
    const row = await countOf(reason);
    expect(row).toMatchObject({ sender: "127.0.0.1", remedy: expect.stringMatching(/\w/) });
    // Whoever reads the page should not find the key in it.
    expect(row?.path).not.toContain(KEY);
  }
  expect(await stored(known.id)).toBe(before);
});
