import { describe, expect, it } from "vitest";
import type { Answer, Held } from "#lib/drivers/driver.ts";
import { type Instant, instant, MINUTE, millis, plus, SECOND } from "#lib/time/instant.ts";
import { isFaster, sameTimes } from "./held.ts";
import { backoff, move } from "./machine.ts";
import type { Effect, Event, Saga } from "./saga.ts";

const T = instant(Date.UTC(2027, 0, 12));
const held = (native: string): Held => ({
  ...{ spec: { kind: "cron", expression: native, dialect: "rollcall" }, timezone: "UTC", native, enabled: true },
});
const ORIGINAL = held("0 2 * * *");
const TEMPORARY = held("* * * * *");
const ok = (value: Held): Answer<Held> => ({ ok: true, value });
const silent: Answer<Held> = { ok: false, problem: { kind: "unreachable", sentence: "Nobody answers." } };
const read = (answer: Answer<Held>): Event => ({ kind: "read", answer });
const wrote = (answer: Answer<Held>): Event => ({ kind: "written", answer });
const runs = (seen: number, confirmed: number, underWay = false): Event => ({
  kind: "runs",
  seen,
  confirmed,
  underWay,
});
const WOKEN: Event = { kind: "woken" };

const requested: Saga = {
  ...{ state: "requested", outcome: null, temporarySpec: TEMPORARY.spec, timezone: "UTC" },
  ...{ expiresAt: plus(T, millis(10 * MINUTE)), confirmedRunsWanted: 1, maxRuns: null, runsSeen: 0, runsConfirmed: 0 },
  ...{ appliedAt: null, confirmedAt: null, revertBeganAt: null, endedAt: null },
  ...{ original: null, temporary: null, theirs: null, doing: null, putBack: false, doubtUntil: null },
  ...{ failures: 0, nextAt: T },
};

/** Events one after the other, a second apart; what came of each: the state, and what reaches out. */
function story(saga: Saga, events: readonly (Event | readonly [Instant, Event])[]) {
  let now: Instant = T;
  let last: readonly Effect[] = [];
  const told: string[] = [];
  for (const one of events) {
    const event: Event = "kind" in one ? one : one[1];
    now = "kind" in one ? plus(now, SECOND) : one[0];
    const moved = move(saga, event, now);
    saga = moved.saga;
    last = moved.effects;
    const outward = last.find(({ kind }) => kind === "read" || kind === "write");
    const what = outward?.kind === "write" ? `write ${"native" in outward.put ? outward.put.native : "the temporary spec"} instead of ${outward.instead.native}` : (outward?.kind ?? "wait"); // biome-ignore format: one line
    told.push(`${saga.state}: ${what}`);
  }
  return { saga, told, effects: last };
}

const THERE = [WOKEN, read(ok(ORIGINAL)), wrote(ok(TEMPORARY))];
const BACK = [read(ok(TEMPORARY)), wrote(ok(ORIGINAL))];

describe("the machine of the saga", () => {
  it("requested → applied → confirmed, expired, cancelled or failed → reverted; or drifted", () => {
    expect(story(requested, [...THERE, runs(1, 1), ...BACK]).told).toEqual([
      "requested: read",
      "requested: write the temporary spec instead of 0 2 * * *",
      "applied: wait",
      "confirmed: read",
      "confirmed: write 0 2 * * * instead of * * * * *",
      "reverted: wait",
    ]);
    expect(story(requested, [...THERE, [requested.expiresAt, WOKEN], ...BACK]).saga.outcome).toBe("expired");
    expect(story(requested, [...THERE, { kind: "cancel", by: "Otto" }, ...BACK]).saga.outcome).toBe("cancelled");
    const refused: Answer<Held> = { ok: false, problem: { kind: "refused", sentence: "It would not." } };
    const failed = story(requested, [WOKEN, read(ok(ORIGINAL)), wrote(refused), read(ok(ORIGINAL))]);
    expect([failed.saga.state, failed.saga.outcome, failed.saga.appliedAt]).toEqual(["reverted", "failed", null]);
    expect(story(requested, [...THERE, WOKEN, read(ok(held("15 4 * * *")))]).told.at(-1)).toBe("drifted: wait");
  });

  it("The original spec is stored before anything is touched", () => {
    const { saga, effects } = story(requested, [WOKEN, read(ok(ORIGINAL))]);
    expect([saga.original, saga.doing, effects.some(({ kind }) => kind === "write")]).toEqual([
      ORIGINAL,
      "apply",
      true,
    ]);
    // Where it cannot even be read, nothing is.
    const never = story(requested, [WOKEN, read(silent), WOKEN, read(silent), WOKEN, read(silent), WOKEN, read(silent), WOKEN, read(silent)]); // biome-ignore format: one line
    expect([never.saga.state, never.saga.outcome]).toEqual(["reverted", "failed"]);
    expect(never.told.some((told) => told.includes("write"))).toBe(false);
  });

  it("The driver applies the temporary spec and reads it back", () => {
    const { saga } = story(requested, THERE);
    expect([saga.state, saga.temporary, saga.appliedAt]).toEqual(["applied", TEMPORARY, plus(T, millis(3 * SECOND))]);
    // Written its own way, it is the same times; other times are not what was asked for.
    expect(story(requested, [...THERE.slice(0, 2), wrote(ok(held("*/1 * * * *")))]).saga.state).toBe("applied");
    const other = story(requested, [...THERE.slice(0, 2), wrote(ok(held("*/5 * * * *"))), read(ok(held("*/5 * * * *"))), wrote(ok(ORIGINAL))]); // biome-ignore format: one line
    expect([other.saga.state, other.saga.outcome]).toEqual(["reverted", "failed"]);
  });

  it("The first run (or the first n) of a window of the temporary spec that succeeds confirms it; a time limit (required, at most 24 h) and a limit on runs expire it", () => {
    const stands = (wanted: Partial<Saga>, ...events: Event[]) =>
      story({ ...requested, ...wanted }, [...THERE, ...events]).saga.state;
    expect(stands({}, runs(1, 0), runs(2, 1))).toBe("confirmed");
    expect(stands({ confirmedRunsWanted: 2 }, runs(1, 1))).toBe("applied");
    expect(stands({ confirmedRunsWanted: 2 }, runs(3, 2))).toBe("confirmed");
    expect(stands({ maxRuns: 2 }, runs(2, 0))).toBe("expired");
    // The last of them may still confirm it.
    expect(stands({ maxRuns: 2 }, runs(2, 0, true))).toBe("applied");
    expect(stands({ maxRuns: 2 }, runs(2, 0, true), runs(2, 1))).toBe("confirmed");
    expect(stands({ maxRuns: 2 }, runs(2, 0, true), runs(3, 0, true))).toBe("expired");
    expect(story(requested, [...THERE, [plus(requested.expiresAt, millis(-1)), WOKEN]]).saga.state).toBe("applied");
    expect(story(requested, [...THERE, [requested.expiresAt, WOKEN]]).saga.state).toBe("expired");
  });

  it("On confirmation, expiry, cancellation or failure the driver puts the original back and reads it back", () => {
    const { saga, effects } = story(requested, [...THERE, runs(1, 1), ...BACK]);
    expect([saga.state, saga.endedAt, saga.nextAt]).toEqual(["reverted", plus(T, millis(6 * SECOND)), null]);
    expect(effects).toContainEqual({ kind: "tell", what: "reverted" });
    // What is read back is not the original: it is tried again, and told.
    const wrong = story(requested, [...THERE, runs(1, 1), read(ok(TEMPORARY)), wrote(ok(held("0 3 * * *")))]);
    expect([wrong.saga.state, wrong.saga.failures, wrong.effects.at(-1)?.kind]).toEqual(["confirmed", 1, "alarm"]);
  });

  it("does not end while a write without an answer may still come", () => {
    const unanswered = [WOKEN, read(ok(ORIGINAL)), wrote(silent), { kind: "cancel", by: "Otto" } as const];
    const soon = story(requested, [...unanswered, read(ok(ORIGINAL))]);
    expect([soon.saga.state, soon.saga.nextAt]).toEqual(["cancelled", soon.saga.doubtUntil]);
    const [later] = [plus(T, millis(20 * SECOND))];
    expect(story(requested, [...unanswered, [later, read(ok(ORIGINAL))]]).saga.state).toBe("reverted");
    expect(story(requested, [...unanswered, read(ok(TEMPORARY)), [later, wrote(ok(ORIGINAL))]]).saga.state).toBe(
      "reverted",
    );
  });

  it("waits one, two, four seconds and more between tries, five minutes at most", () => {
    expect([1, 2, 3, 9, 10, 1_000].map((n) => backoff(n) / SECOND)).toEqual([1, 2, 4, 256, 300, 300]);
  });

  it("knows the same times however they are written", () => {
    const times = (native: string, timezone = "UTC") => ({ ...held(native), timezone });
    expect(sameTimes(times("0 2 * * *"), times("0 0 2 * * *"), T)).toBe(true);
    expect(sameTimes(times("0 2 * * *"), times("0 3 * * *", "Europe/Berlin"), T)).toBe(false);
    const faster = (a: string, b: string) =>
      isFaster(times(a), times(b), { from: T, to: plus(T, millis(60 * MINUTE)) });
    expect([faster("*/10 * * * *", "*/15 * * * *"), faster("5,35 * * * *", "*/30 * * * *")]).toEqual([true, false]);
  });
});
