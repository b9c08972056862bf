/**
 * Makes the bad windows of an incident good: by running them anew, or by excusing them. Never by itself.
 *
 * 1. Lock the incident. 2. Decide for each bad window, oldest first (`lib/incidents/make-good.ts`). 3. Unless it is a dry
 * run: excuse, and judge from the first of them, which resolves an incident that is left without a bad window; or store the
 * plan, which the engine works off at its pace (`claim-make-good.ts`). Event, audit. One transaction.
 */
import { actorName, mayNot } from "#lib/access/actor.ts";
import type { Context } from "#lib/access/context.ts";
import { inContext } from "#lib/access/in-context.ts";
import { newId } from "#lib/db/new-id.ts";
import { tellDispatch } from "#lib/db/tell.ts";
import type { Tx } from "#lib/db/transaction.ts";
import { act, lockActed, resolvedAlready } from "#lib/incidents/act.ts";
import { type MadeGood, planMakeGood } from "#lib/incidents/make-good.ts";
import { insertMakeGood, type PlanSeen, planOf } from "#lib/incidents/make-good-store.ts";
import { type IncidentRow, windowsOf } from "#lib/incidents/row-store.ts";
import type { MakeGoodInput } from "#lib/incidents/schema.ts";
import { conflict, ok, type Problem, type Result, refuse } from "#lib/problem.ts";
import { excuseWindows } from "#lib/schedules/excuse-store.ts";
import { schedulesByIds } from "#lib/schedules/store.ts";
import type { Instant } from "#lib/time/instant.ts";
import { boundaryForbids } from "./boundary-forbids.ts";
import { cannotFire, whyNotFired } from "./can-fire.ts";
import { judgeNow } from "./judge-now.ts";

interface Acted {
  readonly incident: IncidentRow;
  readonly scheduleId: string;
  readonly input: MakeGoodInput;
  readonly windows: readonly Instant[];
}

const counted = (count: number, done: string): string =>
  count === 1 ? `1 window ${done.replace("are", "is").replace("were", "was")}` : `${count} windows ${done}`;

async function excuse(tx: Tx, ctx: Context, { incident, scheduleId, input, windows }: Acted): Promise<void> {
  const [first] = windows;
  if (first === undefined) return;
  const actor = actorName(ctx.actor);
  const reason = input.reason ?? `Excused by ${actor}`;
  const excused = windows.map((expectedAt) => ({ id: newId(ctx.now), expectedAt }));
  await excuseWindows(tx, { scheduleId, windows: excused, reason, actor, now: ctx.now });
  const text = `${counted(windows.length, "were excused")}: ${reason}`;
  await act(tx, ctx, [incident], { kind: "excused", text, write: {}, message: null });
  await judgeNow(tx, [scheduleId], { now: ctx.now, from: first });
}

/** Why its windows may not be run now; `null`: they may. */
async function forbidden(
  tx: Tx,
  ctx: Context,
  { scheduleId, input }: Pick<Acted, "scheduleId" | "input">,
): Promise<Problem | null> {
  const [schedule] = await schedulesByIds(tx, [scheduleId]);
  if (!schedule || schedule.archivedAt !== null) return cannotFire("The schedule is archived.");
  const cannot = await whyNotFired(tx, schedule, ctx.now);
  if (cannot || schedule.route === null) return cannot;
  const forbids = await boundaryForbids(tx, schedule.route, ctx.now);
  return forbids && input.overrideReason !== null ? mayNot(ctx.actor, "administer") : forbids;
}

/** The plan of an incident that is being worked off. */
async function planUnderWay(tx: Tx, incidentId: string): Promise<PlanSeen | null> {
  const seen = await planOf(tx, incidentId);
  return seen?.stoppedBecause === null ? seen : null;
}

const underWay = ({ left, fired }: Pick<PlanSeen, "left" | "fired">): Problem =>
  conflict("made_good_already", {
    message: `Its windows are being made good already: ${fired} are fired, ${left} are left.`,
    doNext: "Wait until they are, and look what is left then.",
  });

async function plan(tx: Tx, ctx: Context, { incident, scheduleId, input, windows }: Acted): Promise<Problem | null> {
  if (windows.length === 0) return null;
  const actor = actorName(ctx.actor);
  const overridden = input.overrideReason !== null;
  const made = { id: newId(ctx.now), incidentId: incident.id, scheduleId, perMinute: input.perMinute, overridden };
  if (!(await insertMakeGood(tx, { ...made, actor, now: ctx.now, windows }))) {
    return underWay((await planUnderWay(tx, incident.id)) ?? { left: 0, fired: 0 });
  }
  await tellDispatch(tx);
  const pace = windows.length === 1 ? "" : `, ${input.perMinute} a minute at most`;
  const override = input.overrideReason === null ? "" : ` Without a green matrix: ${input.overrideReason}`;
  const text = `${counted(windows.length, "are run anew")}${pace}.${override}`;
  await act(tx, ctx, [incident], { kind: "made_good", text, write: {}, message: null });
  return null;
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
    // What was missed can be run after it has recovered; an excuse of what is over changes nothing.
    const over = incident.state === "resolved" && (input.mode === "excuse" || incident.resolution === "archived");
    if (over) return refuse(resolvedAlready(incident));
    const { scheduleId } = incident;
    if (incident.kind !== "windows" || scheduleId === null) {
      return refuse(conflict("no_windows", { message: "This incident is of no windows that could be made good." }));
    }
    if (input.mode !== "excuse") {
      const forbids = await forbidden(tx, ctx, { scheduleId, input });
      if (forbids) return refuse(forbids);
      const already = await planUnderWay(tx, incident.id);
      if (already) return refuse(underWay(already));
    }
    const items = planMakeGood(await windowsOf(tx, incident.id), { ...input, now: ctx.now });
    if (input.dryRun) return ok(items);
    const windows = items.flatMap(({ will, expectedAt }) => (will === "skip" ? [] : [expectedAt]));
    const acted: Acted = { incident, scheduleId, input, windows };
    if (input.mode === "excuse") await excuse(tx, ctx, acted);
    else {
      const refused = await plan(tx, ctx, acted);
      if (refused) return refuse(refused);
    }
    return ok(items);
  });
}
