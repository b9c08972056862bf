/**
 * The lever of what Rollcall fires itself: a schedule of its dispatcher, and a stand-in, whose original is fired by
 * somebody else and stays untouched. What it holds is a mark on the acceleration; each write is one transaction that
 * reads first, so that it is a compare and swap and cannot be half done.
 */
import type pg from "pg";
import { type OwnLever, ownLever, setLever } from "#lib/accelerations/lever-store.ts";
import type { Acceleration } from "#lib/accelerations/store.ts";
import { writeAudit } from "#lib/access/audit.ts";
import type { Sql } from "#lib/db/sql.ts";
import { tellRegistry } from "#lib/db/tell.ts";
import { inSqlTransaction, sqlOf } from "#lib/db/transaction.ts";
import { type Answer, type Held, type Lever, sameHeld } from "#lib/drivers/driver.ts";
import type { Spec } from "#lib/schedules/spec.ts";
import { lockSchedule } from "#lib/schedules/store.ts";
import { lengthInWords } from "#lib/schedules/words.ts";
import type { Clock } from "#lib/time/clock.ts";
import { toRfc3339 } from "#lib/time/instant.ts";
import { setDispatchClock } from "./dispatch-clock.ts";
import { changeSchedule, presentFields } from "./put-schedule.ts";

/** A spec as a person would type it. */
export function specInWords(spec: Spec): string {
  switch (spec.kind) {
    case "cron":
      return spec.expression;
    case "interval":
      return `every ${lengthInWords(spec.everySeconds)} from ${toRfc3339(spec.anchor)}`;
    case "rolling":
      return `at most ${lengthInWords(spec.everySeconds)} after the last run`;
    case "at":
      return `at ${toRfc3339(spec.at)}`;
  }
}

const held = (spec: Spec, timezone: string): Held => ({
  spec,
  timezone,
  native: timezone === "UTC" ? specInWords(spec) : `${specInWords(spec)} ${timezone}`,
  enabled: true,
});

const gone: Answer<Held> = {
  ok: false,
  problem: { kind: "not_found", sentence: "The schedule is not there any more." },
};

/** What is held: the temporary spec while the mark is set, unless somebody edited the schedule meanwhile. */
function holds(one: Acceleration, own: OwnLever): Held {
  const original = held(one.originalSpec, one.timezone);
  // An edit of what stands untouched beside a stand-in is nobody's drift.
  const present = one.standIn ? original : held(own.spec, own.timezone);
  return own.leverOn && sameHeld(present, original) ? held(one.temporarySpec, one.timezone) : present;
}

/** Puts the original back over somebody's edit, as a version of its own: a person chose so. */
async function editBack(sql: Sql, one: Acceleration, clock: Clock): Promise<void> {
  const row = await lockSchedule(sql, one.schedule);
  if (!row) return;
  const ctx = { actor: { kind: "system", name: "Rollcall" } as const, now: clock.now() };
  const fields = { ...presentFields(row), spec: one.originalSpec, timezone: one.timezone };
  const reason = "Put back after an acceleration.";
  await changeSchedule(sql, row, { ctx, slug: row.slug, fields, reason });
  await writeAudit(sql, ctx, { action: "schedule.changed", subjectKind: "schedule", subjectId: row.slug });
  await tellRegistry(sql, row.id);
}

export function leverOfOwn(
  one: Acceleration,
  { pool, clock }: { readonly pool: pg.Pool; readonly clock: Clock },
): Lever {
  return {
    async read() {
      const own = await ownLever(sqlOf(pool), one.id, false);
      return own ? { ok: true, value: holds(one, own) } : gone;
    },
    apply: ({ put, instead }) =>
      inSqlTransaction(pool, async (sql): Promise<Answer<Held>> => {
        const own = await ownLever(sql, one.id, true);
        if (!own) return gone;
        const before = holds(one, own);
        if (!sameHeld(before, instead)) {
          return {
            ok: false,
            problem: { kind: "changed", sentence: `It holds \`${before.native}\` now.`, holds: before },
          };
        }
        const on = !("native" in put);
        if (on && !own.wanted) {
          return { ok: false, problem: { kind: "refused", sentence: "Nobody wants it accelerated any more." } };
        }
        const original = held(one.originalSpec, one.timezone);
        if (!on && !one.standIn && !sameHeld(held(own.spec, own.timezone), original)) await editBack(sql, one, clock);
        await setLever(sql, one.id, on);
        await setDispatchClock(sql, one.scheduleId, clock.now());
        const after = await ownLever(sql, one.id, false);
        return after ? { ok: true, value: holds(one, after) } : gone;
      }),
  };
}
