import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Version } from "#lib/schedules/spec.ts";
import type { History } from "#lib/schedules/windows.ts";
import { expectedWindows, nextWindow } from "#lib/schedules/windows.ts";
import "#lib/testing/seed.ts";
import { HOUR, type Instant, instant, MINUTE, type Seconds } from "#lib/time/instant.ts";
import { foresee, lookAt, lookAtRolling, lookForeseen } from "./look-at.ts";

const START = instant(Date.UTC(2027, 0, 12));
const version = (spec: Version["spec"]): Version => ({
  ...{ number: 1, effectiveFrom: START, spec, timezone: "UTC", graceSeconds: 60 as Seconds },
  ...{ earlySeconds: null, maxRuntimeSeconds: null },
});
const cron = (expression: string): History => ({
  createdAt: START,
  versions: [version({ kind: "cron", expression, dialect: "rollcall" })],
});
const by = (now: Instant, more: Partial<Parameters<typeof lookAt>[2]> = {}) => ({
  ...{ now, upSince: START, catchUp: "skip" as const, excuses: [], fires: () => true },
  ...more,
});
const minutes = (count: number): Instant => instant(START + count * MINUTE);

test("looked at whenever it is, every window is decided once: none twice, and none left out", () => {
  fc.assert(
    fc.property(
      fc.constantFrom("* * * * *", "*/7 * * * *", "*/20 * * * * *", "5,35 * * * *"),
      fc.array(fc.integer({ min: 1, max: 400_000 }), { minLength: 1, maxLength: 12 }),
      fc.boolean(),
      fc.constantFrom("run" as const, "skip" as const),
      (expression, steps, restarted, catchUp) => {
        const history = cron(expression);
        let through = START;
        let now: number = START;
        const decided: number[] = [];
        for (const step of steps) {
          now += step;
          const upSince = restarted ? instant(now - 100) : START;
          const look = lookAt(history, through, by(instant(now), { upSince, catchUp }));
          decided.push(...look.fire, ...look.leftOut.map(({ expectedAt }) => expectedAt));
          expect(look.nextAt).toBe(nextWindow(history, instant(now))?.expectedAt);
          through = instant(now);
        }
        const expected = expectedWindows(history, { from: START, to: instant(now + 1) });
        expect(decided.sort((a, b) => a - b)).toEqual(expected.map(({ expectedAt }) => expectedAt));
      },
    ),
  );
});

test("what was foreseen of a moment is what a look finds from then on, until the next window", () => {
  fc.assert(
    fc.property(
      fc.constantFrom("* * * * *", "*/7 * * * *", "*/20 * * * * *", "5,35 * * * *"),
      fc.integer({ min: 0, max: 4_000_000 }),
      fc.integer({ min: 0, max: 400_000 }),
      fc.integer({ min: 0, max: 4_000_000 }),
      fc.boolean(),
      (expression, through, ahead, after, paused) => {
        const history = cron(expression);
        const firedThrough = instant(START + through);
        const foreseen = foresee(history, firedThrough, instant(firedThrough + ahead));
        const now = instant(firedThrough + ahead + after);
        fc.pre(foreseen.nextAt !== null && now < foreseen.nextAt);
        const excuses = paused ? [{ kind: "pause", from: minutes(10), to: minutes(30), reason: null } as const] : [];
        const asked = by(now, { excuses, upSince: instant(now - 60_000) });
        expect(lookForeseen(foreseen, asked)).toEqual(lookAt(history, firedThrough, asked));
      },
    ),
  );
});

test("after a long absence the newest windows are told one by one, and no more are looked at than that", () => {
  const look = lookAt(cron("* * * * * *"), START, by(minutes(60 * 24 * 30), { upSince: minutes(60 * 24 * 30) }));
  expect(look.fire.length).toBeLessThanOrEqual(6);
  expect(look.leftOut.length).toBeGreaterThan(500);
  expect(look.leftOut.length).toBeLessThan(15_000);
});

test("what is paused at its time is not fired, and the next one is", () => {
  const excuses = [{ kind: "pause", from: minutes(4), to: minutes(6) }] as const;
  const history = cron("*/5 * * * *");
  expect(lookAt(history, START, by(minutes(5), { excuses }))).toMatchObject({
    fire: [],
    leftOut: [],
    nextAt: minutes(10),
  });
  expect(lookAt(history, minutes(5), by(minutes(10), { excuses })).fire).toEqual([minutes(10)]);
});

describe("a rolling schedule", () => {
  const rolling = version({ kind: "rolling", everySeconds: 3_600 as Seconds });
  const open = (expectedAt: Instant) => ({ expectedAt, opensAt: START, dueBy: instant(expectedAt + MINUTE), early: 0, version: rolling }); // biome-ignore format: one line
  const look = (expectedAt: Instant, through: Instant, now: Instant) => lookAtRolling(open(expectedAt), through, { now, excuses: [] }); // biome-ignore format: one line

  test("is fired when its open window is expected, and looked at again when a run has moved it", () => {
    expect(look(minutes(60), START, minutes(60))).toMatchObject({ fire: [minutes(60)], nextAt: minutes(120) });
    expect(look(minutes(90), START, minutes(60))).toMatchObject({ fire: [], nextAt: minutes(90) });
  });

  test("is fired again after every further `every` in which no run has come", () => {
    expect(look(minutes(60), minutes(60), minutes(61))).toMatchObject({ fire: [], nextAt: minutes(120) });
    expect(look(minutes(60), minutes(60), minutes(120)).fire).toEqual([minutes(60)]);
    expect(lookAtRolling(null, START, { now: instant(START + HOUR), excuses: [] }).nextAt).toBeNull();
  });
});
