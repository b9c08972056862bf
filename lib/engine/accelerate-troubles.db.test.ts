import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { accelerateInput, revertInput } from "#lib/accelerations/schema.ts";
import type { Answer, Held, Lever } from "#lib/drivers/driver.ts";
import { scheduleInput } from "#lib/schedules/schema.ts";
import { slugsOf } from "#lib/schedules/store.ts";
import { useDatabase } from "#lib/testing/database.ts";
import { type Cast, insertCast } from "#lib/testing/people.ts";
import { succeeded } from "#lib/testing/result.ts";
import { givenCheckIn, givenSchedule } from "#lib/testing/schedules.ts";
import { HOUR, MINUTE, type Millis, millis, plus, SECOND } from "#lib/time/instant.ts";
import { sleep } from "#lib/time/timers.ts";
import { viewAcceleration } from "#lib/views/accelerations.ts";
import { accelerateDue, type Point } from "./accelerate.ts";
import { archiveSchedule } from "./archive-schedule.ts";
import { putSchedule } from "./put-schedule.ts";
import { makeRecorder } from "./record.ts";
import { requestAcceleration, revertAcceleration } from "./request-acceleration.ts";

const database = useDatabase();
let people: Cast;
beforeAll(async () => {
  people = await insertCast(database.sql, database.clock.now());
});

const held = (native: string): Held => ({
  ...{ spec: { kind: "cron", expression: native, dialect: "vixie" }, timezone: "UTC", native, enabled: true },
});
/** Somebody else's scheduler, in this process. */
const scheduler = { holds: held("0 2 * * *"), trouble: null as null | "silent" | "deaf", writes: 0 };
beforeEach(() => Object.assign(scheduler, { holds: held("0 2 * * *"), trouble: null, writes: 0 }));
const silent: Answer<never> = { ok: false, problem: { kind: "unreachable", sentence: "Nobody answers." } };
const lever: Lever = {
  read: async () => (scheduler.trouble === null ? { ok: true, value: scheduler.holds } : silent),
  apply: async ({ put, instead }) => {
    if (scheduler.trouble === "silent") return silent;
    if (scheduler.holds.native !== instead.native) {
      return { ok: false, problem: { kind: "changed", sentence: "It has changed.", holds: scheduler.holds } };
    }
    scheduler.writes++;
    scheduler.holds = "native" in put ? put : held(put.spec.kind === "cron" ? put.spec.expression : "?");
    return scheduler.trouble === null ? { ok: true, value: scheduler.holds } : silent;
  },
};

const TARGET = { kind: "rollcall", target: { url: "https://app.example.com/run" } };
const NIGHTLY = { spec: { kind: "cron", expression: "0 2 * * *" }, graceSeconds: 600, driver: TARGET };

const ctx = () => ({ actor: people.ada, now: database.clock.now() });
const later = (length: Millis): void => {
  database.clock.at = plus(database.clock.at, length);
};
const engine = (processId: string = database.runtime.instanceId) => ({
  ...{ pool: database.pool, clock: database.clock, secret: database.runtime.config.secret, sleep, processId },
});
const theirs = { leverOf: async (): Promise<Answer<Lever>> => ({ ok: true, value: lever }) };
const see = async (id: string) => succeeded(await viewAcceleration(ctx(), { id }));

async function given(more: Record<string, unknown> = {}) {
  const scheduleId = await givenSchedule(database.clock.now(), NIGHTLY);
  const [slug = ""] = await slugsOf(database.sql, [scheduleId]);
  const spec = { kind: "cron", expression: "* * * * *" };
  const input = accelerateInput.parse({ spec, maxDurationSeconds: 3_600, reason: "to see the fix", ...more });
  const { id } = succeeded(await requestAcceleration(ctx(), { slug, input, ifMatch: null }));
  return { id, slug, scheduleId };
}
const revert = (id: string, drift: "put_back" | "keep_theirs" | null = null) =>
  revertAcceleration(ctx(), { id, input: revertInput.parse({ drift }), ifMatch: null });

interface IncidentSeen {
  readonly state: string;
  readonly sentence: string;
}
const incidents = (id: string): Promise<IncidentSeen[]> =>
  database.sql.query<IncidentSeen>(
    "SELECT state, sentence FROM incident WHERE kind = 'revert_failing' AND subject = $1",
    [id],
  );

describe("the saga, in trouble", () => {
  it("A revert that fails is retried with back-off without end and opens a `revert_failing` incident at once", async () => {
    const { id, slug } = await given();
    await accelerateDue({ ...engine(), ...theirs });
    expect(scheduler.holds.native).toBe("* * * * *");
    scheduler.trouble = "silent";
    await revert(id);
    await accelerateDue({ ...engine(), ...theirs });
    const [open] = await incidents(id);
    expect(open).toEqual({
      state: "open",
      sentence: `${slug} could not be put back to its original schedule; Rollcall goes on trying. By hand, put back: \`0 2 * * *\``,
    });
    for (let n = 0; n < 12; n++) {
      later(millis(5 * MINUTE));
      await accelerateDue({ ...engine(), ...theirs });
    }
    expect([(await see(id)).state, (await see(id)).failures]).toEqual(["cancelled", 13]);
    scheduler.trouble = null;
    later(millis(5 * MINUTE));
    await accelerateDue({ ...engine(), ...theirs });
    expect([(await see(id)).state, scheduler.holds.native]).toEqual(["reverted", "0 2 * * *"]);
    expect((await incidents(id)).map(({ state }) => state)).toEqual(["resolved"]);
  });

  it("If someone else changed the schedule meanwhile, nothing is overwritten: the acceleration is drifted, and a person chooses to put the original back or to keep theirs", async () => {
    for (const choice of ["put_back", "keep_theirs"] as const) {
      scheduler.holds = held("0 2 * * *");
      const { id } = await given();
      await accelerateDue({ ...engine(), ...theirs });
      scheduler.holds = held("15 4 * * *");
      later(millis(MINUTE));
      await accelerateDue({ ...engine(), ...theirs });
      const drifted = await see(id);
      expect([drifted.state, drifted.theirsNative, scheduler.holds.native]).toEqual([
        ...["drifted", "15 4 * * *", "15 4 * * *"],
      ]);
      expect((await revert(id)).ok).toBe(false);
      succeeded(await revert(id, choice));
      await accelerateDue({ ...engine(), ...theirs });
      const done = await see(id);
      expect([done.state, done.endedAt !== null, scheduler.holds.native]).toEqual(
        choice === "put_back" ? ["reverted", true, "0 2 * * *"] : ["drifted", true, "15 4 * * *"],
      );
    }
  });

  it("finds by reading that a write without an answer took effect", async () => {
    const { id } = await given();
    scheduler.trouble = "deaf";
    // It reads the original before it is deaf.
    await accelerateDue({
      ...engine(),
      leverOf: async () => ({
        ok: true,
        value: { ...lever, read: async () => ({ ok: true, value: scheduler.holds }) },
      }),
    });
    const applied = async () => (await see(id)).steps.filter(({ step }) => step === "applied").length;
    expect([scheduler.writes, await applied()]).toEqual([1, 0]);
    scheduler.trouble = null;
    later(millis(2 * SECOND));
    await accelerateDue({ ...engine(), ...theirs });
    expect([scheduler.writes, await applied()]).toEqual([1, 1]);
  });

  it("expires at its time limit, and when so many runs came", async () => {
    const { id } = await given();
    await accelerateDue(engine());
    later(millis(HOUR));
    await accelerateDue(engine());
    expect([(await see(id)).state, (await see(id)).outcome]).toEqual(["reverted", "expired"]);

    const limited = await given({ maxRuns: 2 });
    await accelerateDue(engine());
    const recorder = makeRecorder({ pool: database.pool, clock: database.clock });
    for (const kind of ["fail", "fail"] as const) {
      later(millis(MINUTE));
      await recorder.record([givenCheckIn(limited.scheduleId, kind, database.clock.now())]);
      await accelerateDue(engine());
    }
    const done = await see(limited.id);
    expect([done.state, done.outcome, done.runsSeen, done.runsConfirmed]).toEqual(["reverted", "expired", 2, 0]);
    expect(done.steps.filter(({ step }) => step === "run_failed")).toHaveLength(2);
  });

  it("takes an edit of a schedule that Rollcall fires for what it is, and puts the original back as a version", async () => {
    const { id, slug } = await given();
    await accelerateDue(engine());
    const edit = scheduleInput.parse({ name: slug, ...NIGHTLY, timezone: "UTC", spec: { kind: "cron", expression: "15 4 * * *" } }); // biome-ignore format: one line
    succeeded(await putSchedule(ctx(), { slug, input: edit, ifMatch: null }));
    await accelerateDue(engine());
    expect([(await see(id)).state, (await see(id)).theirsNative]).toEqual(["drifted", "15 4 * * *"]);
    succeeded(await revert(id, "put_back"));
    await accelerateDue(engine());
    expect((await see(id)).state).toBe("reverted");
    const [row] = await database.sql.query<{ e: string; n: number }>(
      `SELECT v.spec ->> 'expression' AS e, s.version AS n FROM schedule s
         JOIN schedule_version v ON v.schedule_id = s.id AND v.number = s.version WHERE s.slug = $1`,
      [slug],
    );
    expect(row).toEqual({ e: "0 2 * * *", n: 3 });
  });

  it("ends with the schedule that is archived", async () => {
    const { id, slug } = await given();
    await accelerateDue(engine());
    succeeded(await archiveSchedule(ctx(), { slug, ifMatch: null }));
    await accelerateDue(engine());
    expect([(await see(id)).state, (await see(id)).outcome]).toEqual(["reverted", "cancelled"]);
  });

  it("A crash at any point loses nothing: on the next start the engine goes on from the stored state", async () => {
    class Killed extends Error {}
    const points: readonly Point[] = ["leased", "stored", "done"];
    for (const point of points) {
      for (let nth = 1; nth <= 3; nth++) {
        scheduler.holds = held("0 2 * * *");
        const { id } = await given();
        let left = nth;
        const dies = (at: Point): void => {
          if (at === point && --left === 0) throw new Killed();
        };
        // Two engines, the first of which dies on the way there and once more on the way back.
        await accelerateDue({ ...engine("00000000-0000-4000-8000-00000000000a"), ...theirs, at: dies }).catch(() => {});
        later(millis(16 * SECOND));
        await accelerateDue({ ...engine("00000000-0000-4000-8000-00000000000b"), ...theirs });
        expect([(await see(id)).state, scheduler.holds.native]).toEqual(["applied", "* * * * *"]);
        await revert(id);
        left = nth;
        await accelerateDue({ ...engine("00000000-0000-4000-8000-00000000000a"), ...theirs, at: dies }).catch(() => {});
        later(millis(16 * SECOND));
        await accelerateDue({ ...engine("00000000-0000-4000-8000-00000000000b"), ...theirs });
        expect([(await see(id)).state, scheduler.holds.native]).toEqual(["reverted", "0 2 * * *"]);
      }
    }
  });

  it("is carried on by one of two engines at a time", async () => {
    const { id } = await given();
    let under = 0;
    let most = 0;
    const watched: Lever = {
      read: async () => {
        most = Math.max(most, ++under);
        await sleep(millis(20));
        under--;
        return lever.read();
      },
      apply: (asked) => lever.apply(asked),
    };
    const slow = { leverOf: async (): Promise<Answer<Lever>> => ({ ok: true, value: watched }) };
    await Promise.all(
      ["a", "b", "c"].map((n) => accelerateDue({ ...engine(`00000000-0000-4000-8000-00000000000${n}`), ...slow })),
    );
    expect([most, scheduler.writes, (await see(id)).state]).toEqual([1, 1, "applied"]);
  });
});
