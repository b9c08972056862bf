/**
 * Archives a schedule: nothing is expected of it any more, and its check-ins are discarded as `archived`.
 *
 * 1. Lock the schedule and its state. 2. Its open incident resolves as `archived` (domain.md, Schedule).
 * 3. Archive, end its pause; nothing is fired any more. 4. Judge, audit, tell. One transaction: a crash leaves it as it was.
 */
import { mayNot } from "#lib/access/actor.ts";
import type { Context } from "#lib/access/context.ts";
import { inContext } from "#lib/access/in-context.ts";
import { resolveRows } from "#lib/incidents/act.ts";
import { lockIncident, openIncidentIds } from "#lib/incidents/row-store.ts";
import { ok, type Result, refuse } from "#lib/problem.ts";
import { endPause } from "#lib/schedules/excuse-store.ts";
import { archiveRow, lockStates } from "#lib/schedules/store.ts";
import { setDispatchClock } from "./dispatch-clock.ts";
import { lockKnown } from "./known-schedule.ts";
import { afterChange } from "./put-schedule.ts";

export function archiveSchedule(
  ctx: Context,
  { slug, ifMatch }: { readonly slug: string; readonly ifMatch: number | null },
): Promise<Result<null>> {
  return inContext(ctx, async (tx) => {
    const denied = mayNot(ctx.actor, "administer");
    if (denied) return refuse(denied);
    const known = await lockKnown(tx, slug, { ifMatch, archivedToo: true });
    if (!known.ok) return known;
    const { id, archivedAt, pausedAt } = known.value;
    if (archivedAt !== null) return ok(null);
    await lockStates(tx, [id]);
    const incidentId = (await openIncidentIds(tx, [id])).get(id);
    const incident = incidentId === undefined ? null : await lockIncident(tx, incidentId);
    if (incident)
      await resolveRows(tx, ctx, [incident], { resolution: "archived", text: "The schedule was archived." });
    if (pausedAt !== null) await endPause(tx, { scheduleId: id, now: ctx.now });
    await archiveRow(tx, id, ctx.now);
    if (known.value.driver.kind === "rollcall") await setDispatchClock(tx, id, ctx.now);
    await afterChange(tx, ctx, { id, slug, action: "schedule.archived" });
    return ok(null);
  });
}
