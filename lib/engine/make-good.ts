/**
 * Makes the bad windows of an incident good: so far by excusing them; running them anew needs a driver that can fire.
 *
 * 1. Lock the incident. 2. Decide for each bad window, oldest first. 3. Unless it is a dry run: excuse, judge from the
 * first of them, which resolves an incident that is left without a bad window; event, audit. One transaction.
 */
import { actorName, mayNot } from "#lib/access/actor.ts";
import type { Context } from "#lib/access/context.ts";
import { inContext } from "#lib/access/in-context.ts";
import { newId } from "#lib/db/new-id.ts";
import { act, lockActed, resolvedAlready } from "#lib/incidents/act.ts";
import { windowsOf } from "#lib/incidents/row-store.ts";
import type { MakeGoodInput } from "#lib/incidents/schema.ts";
import { conflict, ok, type Result, refuse } from "#lib/problem.ts";
import { excuseWindows } from "#lib/schedules/excuse-store.ts";
import { schedulesByIds } from "#lib/schedules/store.ts";
import type { Instant } from "#lib/time/instant.ts";
import { judgeNow } from "./judge-now.ts";
import { cannotFire } from "./trigger-schedule.ts";

export interface MadeGood {
  readonly expectedAt: Instant;
  readonly will: "run" | "excuse" | "skip";
  readonly because: string;
}

export function makeGood(
  ctx: Context,
  asked: { readonly id: string; readonly input: MakeGoodInput; readonly ifMatch: number | null },
): Promise<Result<readonly MadeGood[]>> {
  const { input } = asked;
  return inContext<readonly MadeGood[]>(ctx, async (tx) => {
    const denied = mayNot(ctx.actor, "operate");
    if (denied) return refuse(denied);
    const locked = await lockActed(tx, asked);
    if (!locked.ok) return locked;
    const incident = locked.value;
    if (incident.state === "resolved") return refuse(resolvedAlready(incident));
    const { scheduleId } = incident;
    if (incident.kind !== "windows" || scheduleId === null) {
      return refuse(conflict("no_windows", { message: "This incident is of no windows that could be made good." }));
    }
    if (input.mode !== "excuse") {
      const [schedule] = await schedulesByIds(tx, [scheduleId]);
      return refuse(cannotFire(schedule?.driver.kind ?? "external"));
    }
    const listed = await windowsOf(tx, incident.id);
    const items = listed.map(({ expectedAt, bad, verdict }, i): MadeGood => {
      if (!bad) return { expectedAt, will: "skip", because: `It is ${verdict} by now.` };
      const before = listed.slice(0, i).filter((window) => window.bad).length;
      if (before >= input.max) return { expectedAt, will: "skip", because: `${input.max} are made good at most.` };
      return { expectedAt, will: "excuse", because: `It is ${verdict}.` };
    });
    const excused = items.filter(({ will }) => will === "excuse");
    const [first] = excused;
    if (input.dryRun || !first) return ok(items);
    const actor = actorName(ctx.actor);
    const windows = excused.map(({ expectedAt }) => ({ id: newId(ctx.now), expectedAt }));
    const reason = input.reason ?? `Excused by ${actor}`;
    await excuseWindows(tx, { scheduleId, windows, reason, actor, now: ctx.now });
    const count = excused.length === 1 ? "1 window was" : `${excused.length} windows were`;
    await act(tx, ctx, [incident], { kind: "excused", text: `${count} excused: ${reason}`, write: {}, message: null });
    await judgeNow(tx, [scheduleId], { now: ctx.now, from: first.expectedAt });
    return ok(items);
  });
}
