/**
 * Asks for an acceleration, and ends one; the engine does the rest (`accelerate.ts`).
 *
 * 1. Lock the schedule (or the acceleration), and decide: role, one at a time, lever, faster, matrix.
 * 2. Store the request with the original spec; or what the machine makes of the wish.
 * 3. Step, message, audit, and a word to the engines, all in one transaction: a crash leaves nothing, or the request.
 */

import { isFaster } from "#lib/accelerations/held.ts";
import { tellAcceleration } from "#lib/accelerations/outbox-store.ts";
import { isReverting } from "#lib/accelerations/saga.ts";
import type { AccelerateInput, RevertInput } from "#lib/accelerations/schema.ts";
import { activeOf, insertAcceleration, lockAcceleration, writeSteps } from "#lib/accelerations/store.ts";
import { actorName, mayNot } from "#lib/access/actor.ts";
import { writeAudit } from "#lib/access/audit.ts";
import type { Context } from "#lib/access/context.ts";
import { inContext } from "#lib/access/in-context.ts";
import { newId } from "#lib/db/new-id.ts";
import { tellAccelerate, tellStale } from "#lib/db/tell.ts";
import { isUuid } from "#lib/input/identifiers.ts";
import {
  conflict,
  invalid,
  notFound,
  ok,
  type Problem,
  preconditionFailed,
  type Result,
  refuse,
} from "#lib/problem.ts";
import { runtime } from "#lib/runtime.ts";
import { halfGap } from "#lib/schedules/accelerated.ts";
import { withAnchor } from "#lib/schedules/schema.ts";
import { checkSpec } from "#lib/schedules/validate.ts";
import { plus, seconds, toMillis } from "#lib/time/instant.ts";
import { boundaryForbids } from "./boundary-forbids.ts";
import { lockKnown } from "./known-schedule.ts";
import { canAccelerate, driverThen } from "./lever.ts";
import { storeMoved } from "./store-moved.ts";

const already = (slug: string): Problem =>
  conflict("already_accelerated", {
    message: `“${slug}” is accelerated already: one at a time.`,
    doNext: "Revert that one first, or choose what becomes of its drift.",
  });

const driverCannot = (because: string): Problem =>
  invalid({ code: "driver_cannot_apply", message: because, doNext: "Change it where it is scheduled." });

const notFaster = (): Problem =>
  invalid({
    code: "not_faster",
    message: "It would not be faster: until it expires it expects no more times than the original.",
    errors: [{ path: "spec", message: "must expect more times until it expires than the original does" }],
  });

export const noAcceleration = (): Problem => notFound({ message: "There is no such acceleration." });

export function requestAcceleration(
  ctx: Context,
  asked: { readonly slug: string; readonly input: AccelerateInput; readonly ifMatch: number | null },
): Promise<Result<{ readonly id: string }>> {
  return inContext<{ readonly id: string }>(ctx, async (tx) => {
    const denied = mayNot(ctx.actor, "operate");
    if (denied) return refuse(denied);
    const { now } = ctx;
    const { input, slug } = asked;
    const known = await lockKnown(tx, slug, { ifMatch: asked.ifMatch });
    if (!known.ok) return known;
    const row = known.value;
    if ((await activeOf(tx, [row.id])).size > 0) return refuse(already(slug));
    const spec = withAnchor(input.spec, now);
    const errors = checkSpec(spec, row.timezone);
    const [first] = errors;
    if (first) return refuse(invalid({ message: first.message, errors }));
    if (spec.kind === "rolling") {
      const message = "must have times of its own: cron, interval or at";
      return refuse(
        invalid({ message: "A rolling spec has no times of its own.", errors: [{ path: "spec", message }] }),
      );
    }
    const can = await canAccelerate(tx, row, { secret: runtime().config.secret, now });
    if ("because" in can) return refuse(driverCannot(can.because));
    const expiresAt = plus(now, toMillis(seconds(input.maxDurationSeconds)));
    const { timezone } = row;
    const within = { from: now, to: expiresAt };
    if (!isFaster({ spec, timezone }, row, within)) return refuse(notFaster());
    const forbids = row.route === null ? null : await boundaryForbids(tx, row.route, now);
    if (forbids) {
      if (input.overrideReason === null) return refuse(forbids);
      const notAdmin = mayNot(ctx.actor, "administer");
      if (notAdmin) return refuse(notAdmin);
    }
    const id = newId(now);
    const requestedBy = actorName(ctx.actor);
    const made = await insertAcceleration(tx, {
      ...{ id, scheduleId: row.id, standIn: can.standIn, driver: driverThen(row.driver) },
      ...{ originalSpec: row.spec, temporarySpec: spec, timezone, halfGapSeconds: halfGap(spec, timezone, within) },
      ...{ requestedAt: now, requestedBy, reason: input.reason, expiresAt },
      overrideReason: forbids === null ? null : input.overrideReason,
      ...{ confirmedRunsWanted: input.confirmedRunsWanted, maxRuns: input.maxRuns },
    });
    if (!made) return refuse(already(slug));
    const because = forbids === null ? "" : ` Without a green matrix: ${input.overrideReason}`;
    await writeSteps(tx, id, [{ at: now, step: "requested", ok: true, detail: `${requestedBy}: ${input.reason}${because}` }]); // biome-ignore format: one line
    await tellAcceleration(tx, { id, what: ["requested"] }, now);
    const detail = { acceleration: id, reason: input.reason, ...(because === "" ? {} : { overrideReason: input.overrideReason }) }; // biome-ignore format: one line
    await writeAudit(tx, ctx, { action: "acceleration.requested", subjectKind: "schedule", subjectId: slug, detail });
    await tellStale(tx, ["accelerations", `schedules/${slug}`]);
    await tellAccelerate(tx);
    return ok({ id });
  });
}

/** Ends it before its time; where it is drifted, does what the person chose. */
export function revertAcceleration(
  ctx: Context,
  asked: { readonly id: string; readonly input: RevertInput; readonly ifMatch: number | null },
): Promise<Result<null>> {
  return inContext(ctx, async (tx) => {
    const denied = mayNot(ctx.actor, "operate");
    if (denied) return refuse(denied);
    const { now } = ctx;
    const one = isUuid(asked.id) ? await lockAcceleration(tx, asked.id) : null;
    if (!one) return refuse(noAcceleration());
    if (asked.ifMatch !== null && asked.ifMatch !== one.version) {
      return refuse(preconditionFailed({ message: `It has moved on to version ${one.version}.` }));
    }
    if (one.endedAt !== null) {
      return refuse(conflict("acceleration_ended", { message: "It has ended already.", doNext: "Nothing is left to put back." })); // biome-ignore format: one line
    }
    const by = actorName(ctx.actor);
    const choice = asked.input.drift;
    if (one.state === "drifted" && choice === null) {
      const message = "Somebody else changed the schedule meanwhile: choose what becomes of it.";
      const errors = [{ path: "drift", message: "must be put_back or keep_theirs" }];
      return refuse(invalid({ code: "drifted", message, errors }));
    }
    const act = choice !== null && one.state === "drifted" ? choice : "revert";
    const event = act === "revert" ? ({ kind: "cancel", by } as const) : ({ kind: "choose", choice: act, by } as const);
    // One that is on its way back is tried again at once.
    const wish = isReverting(one) ? { ...one, nextAt: now } : one;
    await storeMoved(tx, { before: wish, events: [event] }, now);
    const detail = { acceleration: one.id };
    const action = act === "revert" ? "acceleration.cancelled" : `acceleration.${act}`;
    await writeAudit(tx, ctx, { action, subjectKind: "schedule", subjectId: one.schedule, detail });
    await tellAccelerate(tx);
    return ok(null);
  });
}
