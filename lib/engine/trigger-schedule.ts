import { mayNot } from "#lib/access/actor.ts";
import type { Context } from "#lib/access/context.ts";
import { inContext } from "#lib/access/in-context.ts";
import { invalid, type Problem, type Result, refuse } from "#lib/problem.ts";
import { lockKnown } from "./known-schedule.ts";

export const cannotFire = (kind: string): Problem =>
  invalid({
    code: "driver_cannot_fire",
    message:
      kind === "external"
        ? "Rollcall only watches this schedule: nobody here can fire it."
        : `The driver ${kind} cannot fire a run by hand.`,
    doNext: "Start the run where it is scheduled.",
  });

/** Runs a schedule now. No driver can fire by hand so far, and each says so. */
export function triggerSchedule(
  ctx: Context,
  { slug, ifMatch }: { readonly slug: string; readonly ifMatch: number | null },
): Promise<Result<never>> {
  return inContext(ctx, async (tx) => {
    const denied = mayNot(ctx.actor, "operate");
    if (denied) return refuse(denied);
    const known = await lockKnown(tx, slug, { ifMatch });
    if (!known.ok) return known;
    return refuse(cannotFire(known.value.driver.kind));
  });
}
