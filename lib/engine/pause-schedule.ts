/**
 * Pauses a schedule and resumes it.
 *
 * 1. Lock the schedule. 2. Write the pause, which excuses. 3. Judge: what is due now may turn excused, or due again.
 * 4. Audit and tell. One transaction: a crash leaves it as it was.
 */
import { actorName, mayNot } from "#lib/access/actor.ts";
import type { Context } from "#lib/access/context.ts";
import { inContext } from "#lib/access/in-context.ts";
import { newId } from "#lib/db/new-id.ts";
import { conflict, invalid, ok, type Result, refuse } from "#lib/problem.ts";
import { beginPause, changePause, endPause } from "#lib/schedules/excuse-store.ts";
import { isPaused } from "#lib/schedules/paused.ts";
import type { PauseInput } from "#lib/schedules/schema.ts";
import { toRfc3339 } from "#lib/time/instant.ts";
import { lockKnown } from "./known-schedule.ts";
import { afterChange } from "./put-schedule.ts";

export function pauseSchedule(
  ctx: Context,
  { slug, input, ifMatch }: { readonly slug: string; readonly input: PauseInput; readonly ifMatch: number | null },
): Promise<Result<null>> {
  return inContext(ctx, async (tx) => {
    const denied = mayNot(ctx.actor, "operate");
    if (denied) return refuse(denied);
    const { until, resumeOnCheckIn } = input;
    if (until !== null && until <= ctx.now) {
      const errors = [{ path: "until", message: "must lie in the future" }];
      return refuse(invalid({ message: "A pause must end in the future.", errors }));
    }
    const known = await lockKnown(tx, slug, { ifMatch });
    if (!known.ok) return known;
    const { id: scheduleId } = known.value;
    if (isPaused(known.value, ctx.now)) {
      await changePause(tx, { scheduleId, until, resumeOnCheckIn, now: ctx.now });
    } else {
      const actor = actorName(ctx.actor);
      await beginPause(tx, { id: newId(ctx.now), scheduleId, from: ctx.now, until, resumeOnCheckIn, actor });
    }
    const detail = { until: until === null ? null : toRfc3339(until), resumeOnCheckIn };
    await afterChange(tx, ctx, { id: scheduleId, slug, action: "schedule.paused", detail });
    return ok(null);
  });
}

export function resumeSchedule(
  ctx: Context,
  { slug, ifMatch }: { readonly slug: string; readonly ifMatch: number | null },
): Promise<Result<null>> {
  return inContext(ctx, async (tx) => {
    const denied = mayNot(ctx.actor, "operate");
    if (denied) return refuse(denied);
    const known = await lockKnown(tx, slug, { ifMatch });
    if (!known.ok) return known;
    if (!isPaused(known.value, ctx.now)) return refuse(conflict("not_paused", { message: `“${slug}” is not paused.` }));
    await endPause(tx, { scheduleId: known.value.id, now: ctx.now });
    await afterChange(tx, ctx, { id: known.value.id, slug, action: "schedule.resumed" });
    return ok(null);
  });
}
