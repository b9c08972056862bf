/** What lies in a spool was accepted: nothing is judged before it is read. */
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import { startListener } from "#lib/db/listen.ts";
import { useDatabase } from "#lib/testing/database.ts";
import { at, givenCheckIn, givenSchedule } from "#lib/testing/schedules.ts";
import { keepLedger } from "./keep-ledger.ts";
import { startLoops } from "./loops.ts";
import { makeRecorder } from "./record.ts";

const db = useDatabase();
const start = at("2027-01-12T00:00:00Z");

test("Spooling to disk while the database is away is not blind; no window is judged missing before the spool that covers it is read.", async () => {
  const [spooled, silent] = [await givenSchedule(start), await givenSchedule(start)];
  const judgedBad = async () =>
    (await db.sql.query<{ id: string }>("SELECT schedule_id::text AS id FROM incident")).map(({ id }) => id);
  const dataDir = mkdtempSync(join(tmpdir(), "rollcall-spooled-"));
  let spooling = true;
  const { pool, clock } = db;
  // Past the grace of the window at 1:00.
  db.clock.at = at("2027-01-12T01:20:00Z");
  const listener = await startListener({ connection: db.connection, sleep: (length) => pause(Math.min(length, 100)) });
  const recorder = makeRecorder({ pool, clock });
  const processId = randomUUID();
  const ledger = keepLedger({
    pool,
    processId,
    role: "all",
    dataDir,
    startedAt: clock.now(),
    spooling: () => spooling,
  });
  expect(await ledger.open(clock.now())).toBeNull();
  const silence = () => {};
  const loops = startLoops({
    ...{ config: { ...db.runtime.config, dataDir }, pool, clock, processId, listener, recorder, ledger },
    ...{ spooling: () => spooling, tick: silence, tellStored: async () => {}, log: { warn: silence, error: silence } },
  });
  try {
    await pause(700);
    expect(await judgedBad()).toEqual([]);
    // The spool is read: a run of 1:02, of one of the two.
    await recorder.record([givenCheckIn(spooled, "success", at("2027-01-12T01:02:00Z"))]);
    await pause(300);
    expect(await judgedBad()).toEqual([]);
    spooling = false;
    for (let i = 0; i < 100 && (await judgedBad()).length === 0; i++) await pause(50);
    expect(await judgedBad()).toEqual([silent]);
    expect(await db.sql.query("SELECT 1 FROM blind_span")).toEqual([]);
  } finally {
    await loops.stop();
    await ledger.close(clock.now());
    await listener.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
});
