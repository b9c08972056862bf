import { randomUUID } from "node:crypto";
import { mayNot } from "#lib/access/actor.ts";
import type { Context } from "#lib/access/context.ts";
import { inContext } from "#lib/access/in-context.ts";
import { ok, type Result, refuse } from "#lib/problem.ts";
import { rotateRow } from "#lib/schedules/store.ts";
import { plus, type Seconds, toMillis } from "#lib/time/instant.ts";
import { lockKnown } from "./known-schedule.ts";
import { afterChange } from "./put-schedule.ts";

/** Gives a schedule a new id for its check-ins; the old one is accepted for a while. */
export function rotateSchedule(
  ctx: Context,
  asked: { readonly slug: string; readonly graceSeconds: Seconds; readonly ifMatch: number | null },
): Promise<Result<null>> {
  const { slug, graceSeconds, ifMatch } = asked;
  return inContext(ctx, async (tx) => {
    const denied = mayNot(ctx.actor, "administer");
    if (denied) return refuse(denied);
    const known = await lockKnown(tx, slug, { ifMatch });
    if (!known.ok) return known;
    const { id } = known.value;
    await rotateRow(tx, { id, pingUuid: randomUUID(), previousUntil: plus(ctx.now, toMillis(graceSeconds)) });
    await afterChange(tx, ctx, { id, slug, action: "schedule.rotated", detail: { graceSeconds } });
    return ok(null);
  });
}
