import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { judgeDue } from "#lib/engine/judge-due.ts";
import { makeRecorder } from "#lib/engine/record.ts";
import { rollUp } from "#lib/engine/roll-up.ts";
import { loadFacts, loadMaintenance } from "#lib/schedules/facts-store.ts";
import { useDatabase } from "#lib/testing/database.ts";
import { at, givenCheckIn, givenSchedule } from "#lib/testing/schedules.ts";
import "#lib/testing/seed.ts";
import { DAY, HOUR, type Instant, instant, MINUTE, millis, plus } from "#lib/time/instant.ts";
import { span } from "#lib/time/span.ts";
import { rollupReach } from "#lib/verdicts/rollup-store.ts";
import { laneCounts } from "./lane-buckets.ts";

const database = useDatabase();
const start = at("2027-01-12T00:00:00Z");

async function judgeAllDue(now: Instant): Promise<void> {
  for (;;) if ((await judgeDue(database.pool, { now, atMost: 100 })).judged === 0) return;
}

/** Both answers to one question: as the roll-ups have it, and by judging everything. */
async function bothWays(ids: readonly string[], asked: { from: Instant; to: Instant; bucket: number; now: Instant }) {
  const { from, to, now } = asked;
  const facts = [...(await loadFacts(database.sql, ids, { since: from })).values()];
  const maintenance = await loadMaintenance(database.sql, instant(from - 32 * DAY));
  const rest = { now, maintenance, within: span(from, to), bucket: millis(asked.bucket), budget: 1_000_000 };
  const counted = await laneCounts(database.sql, facts, { ...rest, reach: await rollupReach(database.sql) });
  const judged = await laneCounts(database.sql, facts, { ...rest, reach: null });
  return { counted, judged };
}

const SPECS = [
  { kind: "interval", everySeconds: 600, anchor: new Date(start).toISOString() },
  { kind: "cron", expression: "*/20 * * * *", dialect: "rollcall" },
  { kind: "cron", expression: "15 1-12 * * *", dialect: "rollcall" },
  { kind: "rolling", everySeconds: 5_400 },
] as const;

const run = fc.record({
  spec: fc.nat(SPECS.length - 1),
  /** In minutes after the start of the story. */
  minute: fc.integer({ min: 1, max: 40 * 60 }),
  lasts: fc.option(fc.integer({ min: 0, max: 90 })),
  fails: fc.boolean(),
  /** Minutes by which the evidence comes late. */
  late: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ min: 1, max: 300 }) }),
  /** Names a window some hours before it. */
  names: fc.oneof(
    { weight: 5, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 30 }) },
  ),
});

const story = fc.record({
  runs: fc.array(run, { minLength: 5, maxLength: 12 }),
  blind: fc.option(fc.record({ minute: fc.integer({ min: 60, max: 2_000 }), lasts: fc.integer({ min: 2, max: 200 }) })),
  pause: fc.option(fc.record({ minute: fc.integer({ min: 60, max: 3_000 }), lasts: fc.integer({ min: 5, max: 400 }) })),
  questions: fc.array(
    fc.record({
      from: fc.integer({ min: -120, max: 44 * 60 }),
      length: fc.integer({ min: 30, max: 60 * 60 }),
      bucket: fc.constantFrom(HOUR, 2 * HOUR, 8 * HOUR, DAY),
    }),
    { minLength: 4, maxLength: 4 },
  ),
});

const minutes = (n: number): Instant => plus(start, millis(n * MINUTE));

describe("roll-ups and judging", () => {
  test("give the same answer to the same question, whatever came and however late", async () => {
    await fc.assert(
      fc.asyncProperty(story, async ({ runs, blind, pause, questions }) => {
        // Every story is told from the same moment on, in a registry of its own.
        await database.sql.query("DELETE FROM schedule_state");
        for (const table of ["rollup_hour", "rollup_day", "rollup_stale", "rollup_reach", "blind_span", "bad_window"]) {
          await database.sql.query(`DELETE FROM ${table}`);
        }
        database.clock.at = start;
        const ids: string[] = [];
        for (const spec of SPECS) ids.push(await givenSchedule(start, { spec, graceSeconds: 240 }));
        await database.sql.query("DELETE FROM schedule WHERE NOT id = ANY ($1::uuid[])", [ids]);
        const recorder = makeRecorder({ pool: database.pool, clock: database.clock });
        if (blind) {
          await database.sql.query(
            "INSERT INTO blind_span (id, project_id, from_at, to_at, reason) VALUES ($1::uuid, 1, to_timestamp($2 / 1000.0), to_timestamp($3 / 1000.0), 'a test')",
            [randomUUID(), minutes(blind.minute), minutes(blind.minute + blind.lasts)],
          );
        }
        if (pause) {
          await database.sql.query(
            `INSERT INTO excuse (id, project_id, kind, schedule_id, from_at, to_at, actor, created_at)
             SELECT gen_random_uuid(), 1, 'pause', id, to_timestamp($2 / 1000.0), to_timestamp($3 / 1000.0), 'a test', now()
               FROM unnest($1::uuid[]) AS id`,
            [ids, minutes(pause.minute), minutes(pause.minute + pause.lasts)],
          );
        }
        const told = runs
          .flatMap(({ spec, minute, lasts, fails, late, names }) => {
            const rid = randomUUID();
            const window =
              names === null ? null : instant(Math.floor(minutes(minute - names * 20) / (20 * MINUTE)) * 20 * MINUTE);
            const first = { at: minutes(minute), comes: minute + late, kind: "start" as const, rid, spec, window };
            const end = minute + (lasts ?? 0);
            return lasts === null
              ? [first]
              : [
                  first,
                  {
                    ...first,
                    at: minutes(end),
                    comes: end + late,
                    kind: fails ? ("fail" as const) : ("success" as const),
                  },
                ];
          })
          .sort((a, b) => a.comes - b.comes);
        let rolled = 0;
        for (const one of told) {
          database.clock.at = minutes(one.comes);
          await judgeAllDue(database.clock.at);
          if (one.comes - rolled > 170) {
            await rollUp(database.pool, database.clock.at);
            rolled = one.comes;
          }
          const id = ids[one.spec] ?? "";
          const rest = { rid: one.rid, window: one.window, receivedAt: database.clock.at };
          await recorder.record([givenCheckIn(id, one.kind, one.at, rest)]);
        }
        const now = minutes(45 * 60);
        database.clock.at = now;
        await judgeAllDue(now);
        await rollUp(database.pool, now);
        for (const { from, length, bucket } of questions) {
          const asked = { from: minutes(from), to: minutes(from + length), bucket, now };
          const { counted, judged } = await bothWays(ids, asked);
          expect(Object.fromEntries(counted)).toEqual(Object.fromEntries(judged));
        }
      }),
      { numRuns: 4, endOnFailure: true },
    );
  });
});
