/**
 * Runs a schedule now.
 *
 * 1. Lock it, and decide: role, and whether it can be fired at all. 2. Plan the firing (`fire-now.ts`). 3. Audit.
 * One transaction: a crash leaves nothing, or a firing that is sent once.
 */
import { mayNot } from "#lib/access/actor.ts";
import { writeAudit } from "#lib/access/audit.ts";
import type { Context } from "#lib/access/context.ts";
import { inContext } from "#lib/access/in-context.ts";
import { ok, type Result, refuse } from "#lib/problem.ts";
import { whyNotFired } from "./can-fire.ts";
import { fireNow } from "./fire-now.ts";
import { lockKnown } from "./known-schedule.ts";

export function triggerSchedule(
  ctx: Context,
  { slug, ifMatch }: { readonly slug: string; readonly ifMatch: number | null },
): Promise<Result<null>> {
  return inContext(ctx, async (tx) => {
    const denied = mayNot(ctx.actor, "operate");
    if (denied) return refuse(denied);
    const known = await lockKnown(tx, slug, { ifMatch });
    if (!known.ok) return known;
    const cannot = await whyNotFired(tx, known.value, ctx.now);
    if (cannot) return refuse(cannot);
    const { id: scheduleId } = known.value;
    const id = await fireNow(tx, { scheduleId, window: null, why: "manual", actor: ctx.actor }, ctx.now);
    await writeAudit(tx, ctx, {
      ...{ action: "schedule.triggered", subjectKind: "schedule", subjectId: slug },
      detail: { attempt: id },
    });
    return ok(null);
  });
}
