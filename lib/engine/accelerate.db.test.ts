import { beforeAll, describe, expect, it } from "vitest";
import { accelerateInput, revertInput } from "#lib/accelerations/schema.ts";
import { requestAcceleration, revertAcceleration } from "#lib/engine/request-acceleration.ts";
import { wholePage } from "#lib/input/page.ts";
import { slugsOf } from "#lib/schedules/store.ts";
import { useDatabase } from "#lib/testing/database.ts";
import { type Cast, insertCast } from "#lib/testing/people.ts";
import { succeeded } from "#lib/testing/result.ts";
import { givenCheckIn, givenSchedule } from "#lib/testing/schedules.ts";
import { MINUTE, type Millis, millis, plus, SECOND } from "#lib/time/instant.ts";
import { sleep } from "#lib/time/timers.ts";
import { viewAcceleration } from "#lib/views/accelerations.ts";
import { viewSchedule } from "#lib/views/schedules.ts";
import { viewWindows } from "#lib/views/windows.ts";
import { accelerateDue } from "./accelerate.ts";
import { judgeDue } from "./judge-due.ts";
import { makeRecorder } from "./record.ts";

const database = useDatabase();
let people: Cast;
beforeAll(async () => {
  people = await insertCast(database.sql, database.clock.now());
});

const TARGET = { kind: "rollcall", target: { url: "https://app.example.com/run" } };
const NIGHTLY = { spec: { kind: "cron", expression: "0 2 * * *" }, graceSeconds: 600, driver: TARGET };
const EVERY_MINUTE = { kind: "cron", expression: "* * * * *" };

async function given(
  fields: Record<string, unknown> = NIGHTLY,
): Promise<{ readonly id: string; readonly slug: string }> {
  const id = await givenSchedule(database.clock.now(), fields);
  const [slug = ""] = await slugsOf(database.sql, [id]);
  return { id, slug };
}

const ctx = () => ({ actor: people.otto, now: database.clock.now() });
const later = (length: Millis): void => {
  database.clock.at = plus(database.clock.at, length);
};

async function accelerated(slug: string, more: Record<string, unknown> = {}): Promise<string> {
  const input = accelerateInput.parse({
    spec: EVERY_MINUTE,
    maxDurationSeconds: 3_600,
    reason: "to see the fix",
    ...more,
  });
  return succeeded(await requestAcceleration(ctx(), { slug, input, ifMatch: null })).id;
}

const engine = () => ({
  ...{ pool: database.pool, clock: database.clock, secret: database.runtime.config.secret, sleep },
  processId: database.runtime.instanceId,
});
const turn = () => accelerateDue(engine());
const see = async (id: string) => succeeded(await viewAcceleration(ctx(), { id }));

describe("the saga, with Rollcall's own dispatcher", () => {
  it("A temporary faster spec, to see soon whether a fix works. It is confirmed by the first run that succeeds, and put back", async () => {
    const { id: scheduleId, slug } = await given();
    const id = await accelerated(slug);
    expect((await see(id)).state).toBe("requested");
    await turn();
    const applied = await see(id);
    expect([applied.state, applied.steps.map(({ step }) => step)]).toEqual([
      "applied",
      ["requested", "original_stored", "applying", "applied"],
    ]);
    expect(succeeded(await viewSchedule(ctx(), { slug })).acceleration).toBe(id);
    later(millis(MINUTE));
    const recorder = makeRecorder({ pool: database.pool, clock: database.clock });
    await recorder.record([givenCheckIn(scheduleId, "success", database.clock.now())]);
    await turn();
    const done = await see(id);
    expect([done.state, done.outcome, done.runsSeen, done.runsConfirmed]).toEqual(["reverted", "confirmed", 1, 1]);
    expect(done.steps.map(({ step }) => step).slice(4)).toEqual(["confirmed", "reverting", "reverted"]);
    expect(succeeded(await viewSchedule(ctx(), { slug })).acceleration).toBeNull();
  });

  it("excuses temporary windows without a good run, and expects the original again", async () => {
    const { slug } = await given();
    const id = await accelerated(slug);
    await turn();
    later(millis(3 * MINUTE));
    await judgeDue(database.pool, { now: database.clock.now(), atMost: 10 });
    succeeded(await revertAcceleration(ctx(), { id, input: revertInput.parse({}), ifMatch: null }));
    await turn();
    later(millis(MINUTE));
    const { items } = succeeded(await viewWindows(ctx(), { slug, from: null, to: null, page: wholePage }));
    expect(
      items.slice(0, 2).map(({ verdict, reason, acceleration }) => [verdict, reason, acceleration === id]),
    ).toEqual([
      ["excused", "acceleration", true],
      ["excused", "acceleration", true],
    ]);
    expect(items.at(-1)?.acceleration).toBeUndefined();
    expect((await see(id)).outcome).toBe("cancelled");
    later(millis(10 * SECOND));
  });
});
