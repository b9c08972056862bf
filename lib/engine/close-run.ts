/**
 * A person closes a run that hangs: it is failed (domain.md, Verdict).
 *
 * 1. Lock the schedule's state, then look whether the run is still unfinished.
 * 2. Store the closing as a check-in of its own, and derive the runs anew.
 * 3. Judge from the window that the run belongs to; audit. One transaction: a crash leaves it as it was.
 */
import { actorName, mayNot } from "#lib/access/actor.ts";
import { writeAudit } from "#lib/access/audit.ts";
import type { Context } from "#lib/access/context.ts";
import { inContext } from "#lib/access/in-context.ts";
import { newId } from "#lib/db/new-id.ts";
import { runById } from "#lib/evidence/list-store.ts";
import { isUuid } from "#lib/input/identifiers.ts";
import { conflict, notFound, ok, type Result, refuse } from "#lib/problem.ts";
import { loadFacts } from "#lib/schedules/facts-store.ts";
import { earliest, instant } from "#lib/time/instant.ts";
import { storeAnew } from "./derive-anew.ts";
import { judgeNow } from "./judge-now.ts";

export function closeRun(
  ctx: Context,
  { id, note }: { readonly id: string; readonly note: string },
): Promise<Result<null>> {
  return inContext(ctx, async (tx) => {
    const denied = mayNot(ctx.actor, "operate");
    if (denied) return refuse(denied);
    const { now } = ctx;
    const seen = isUuid(id) ? await runById(tx, id) : null;
    if (!seen) return refuse(notFound({ message: "There is no such run." }));
    const { scheduleId } = seen;
    const facts = (await loadFacts(tx, [scheduleId], { lock: true })).get(scheduleId);
    const run = await runById(tx, id);
    if (!run || !facts) return refuse(notFound({ message: "There is no such run." }));
    if (run.outcome !== "running") {
      return refuse(conflict("run_finished", { message: "This run has finished already." }));
    }
    const body = Buffer.from(note, "utf8");
    const by = actorName(ctx.actor);
    // The note is kept with the closing, and counts as no byte of the job's log.
    const reach = await storeAnew(tx, facts, [
      {
        ...{ id: newId(now), scheduleId, at: now, receivedAt: now, kind: "close", rid: null, exitStatus: null },
        ...{ window: null, body, bodyBytes: 0, method: "POST", remoteAddress: null, userAgent: by },
        closes: run.id,
      },
    ]);
    // One earlier: a rolling window was opened by the start before the run's own.
    const from = instant(earliest(reach ?? run.startedAt, run.startedAt) - 1);
    await judgeNow(tx, [scheduleId], { now, from });
    await writeAudit(tx, ctx, {
      ...{ action: "run.closed", subjectKind: "run", subjectId: run.id },
      detail: { schedule: facts.slug, note },
    });
    return ok(null);
  });
}
